package io.firn.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong millis = new AtomicLong();

    @Test
    void overwritesOneLineAndTakesItAway() {
        try (Progress progress = progress(Terminal.Watched.SCREEN)) {
            progress.begin("seeding", 200);
            millis.set(1_500);
            progress.advance(100);
            progress.advance(1);
            progress.begin("tagging");
        }

        assertThat(shown())
                .isEqualTo("<seeding  [........................]   0%  0 s"
                        + "<seeding  [############............]  50%  2 s"
                        + "<tagging  2 s"
                        + "<");
    }

    @Test
    void countsWhereTheEndIsNotKnown() {
        try (Progress progress = progress(Terminal.Watched.SCREEN)) {
            progress.begin("reading");
            millis.set(100);
            progress.advance(12_345);
        }

        assertThat(shown()).isEqualTo("<reading  0 s<reading  12,345  0 s<");
    }

    @Test
    void staysSilentInAFile() {
        try (Progress progress = progress(Terminal.Watched.FILE)) {
            progress.begin("seeding", 1);
            progress.advance(1);
        }

        assertThat(shown()).isEmpty();
    }

    private Progress progress(Terminal.Watched watched) {
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Progress(
                new Terminal(InputStream.nullInputStream(), err, err, watched),
                () -> Instant.ofEpochMilli(millis.get()));
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\033[K", "<");
    }
}
