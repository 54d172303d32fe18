package io.firn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Blame;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorReportTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ErrorReport report = new ErrorReport(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void eachProblemIsOneLine() {
        int exitCode = report.report(FirnException.ofAll(ErrorCode.CONFIG_INVALID, List.of("a is wrong", "b is too")));

        assertThat(exitCode).isEqualTo(2);
        assertThat(shown()).isEqualTo("firn: a is wrong\nfirn: b is too\n");
    }

    @Test
    void whatNobodyForesawIsOneLineAndAFileWithTheTrace() throws Exception {
        int exitCode = report.report(new IllegalStateException("index\nout of step"));

        assertThat(exitCode).isEqualTo(1);
        assertThat(shown())
                .startsWith("firn: unexpected: java.lang.IllegalStateException: index out of step; details are in ")
                .hasLineCount(1);
        Path trace = Path.of(shown().replaceAll("(?s).*details are in (.*)\\n", "$1"));
        assertThat(trace).content().contains("IllegalStateException: index", "at io.firn.cli.ErrorReportTest");
        Files.delete(trace);
    }

    @Test
    void anInternalErrorKeepsItsTraceToo() throws Exception {
        assertThat(report.report(FirnException.internal("cut 7 follows cut 9", null)))
                .isEqualTo(1);

        assertThat(shown()).startsWith("firn: unexpected: cut 7 follows cut 9; details are in ");
        Files.delete(Path.of(shown().replaceAll("(?s).*details are in (.*)\\n", "$1")));
    }

    @ParameterizedTest
    @EnumSource
    void exitCodesFollowTheBlame(ErrorCode code) {
        int expected = code == ErrorCode.CHECK_FAILED ? 3 : code.blame() == Blame.USER ? 2 : 1;

        assertThat(ErrorReport.exitCode(code)).isEqualTo(expected);
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
