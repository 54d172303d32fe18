package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
}
