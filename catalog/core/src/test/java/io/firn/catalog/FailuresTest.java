package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

class FailuresTest {

    @ParameterizedTest
    @MethodSource("failures")
    void theInnermostCauseIsToldInOneLine(Throwable failure, String told) {
        assertThat(Failures.rootMessage(failure)).isEqualTo(told);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IllegalStateException("outer", new IOException("disk\n  full")), "disk full"),
                Arguments.of(new AccessDeniedException("/lake"), "/lake: permission denied"),
                Arguments.of(new NoSuchFileException("/lake"), "no such file /lake"),
                Arguments.of(new FileAlreadyExistsException("/lake"), "file already exists /lake"),
                Arguments.of(new FileSystemException("/lake", null, "Not a directory"), "/lake: Not a directory"),
                Arguments.of(new IllegalStateException(), "illegal state"),
                Arguments.of(new OutOfMemoryError(), "out of memory"));
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, ACCESS_DENIED, 'AWS denied the request: no'",
        "401, , ACCESS_DENIED, 'AWS denied the request: no'",
        "400, ExpiredTokenException, ACCESS_DENIED, 'AWS denied the request: no'",
        "400, UnrecognizedClientException, ACCESS_DENIED, 'AWS denied the request: no'",
        "400, ValidationException, CATALOG_UNAVAILABLE, 'AWS failed the request: no'",
        "503, SlowDown, CATALOG_UNAVAILABLE, 'AWS failed the request: no'"
    })
    void aLoginThatAwsRefusesIsForTheUserToPutRight(
            int status, @Nullable String error, ErrorCode code, String message) {
        var refused = AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(error)
                        .errorMessage("no")
                        .build())
                .message("no")
                .build();
        assertThat(Failures.known(new IllegalStateException("outer", refused)))
                .hasValueSatisfying(known -> assertThat(known)
                        .hasMessageStartingWith(message)
                        .extracting(FirnException::code)
                        .isEqualTo(code));
        assertThat(Failures.isRefusedByAws(new IllegalStateException("outer", refused)))
                .isEqualTo(code == ErrorCode.ACCESS_DENIED);
    }
}
