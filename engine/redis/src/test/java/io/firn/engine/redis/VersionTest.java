package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionTest {

    @Test
    void isPlainTextOfFixedWidth() {
        assertThat(text(Version.of(7, 4_611_686_018_427_387_905L, 3)))
                .isEqualTo("------6" + "3---------0" + "-------2");
        assertThat(text(Version.completeAt(7))).isEqualTo("------6" + "6zzzzzzzzzz" + "zzzzzzzz");
    }

    @Test
    void comparesAsBytesInTheOrderOfTheLog() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long[] one = parts(random);
            long[] other = parts(random);
            int bytes = Arrays.compare(Version.of(one[0], one[1], one[2]), Version.of(other[0], other[1], other[2]));
            assertThat(Integer.signum(bytes)).as("seed %d", seed).isEqualTo(Integer.signum(Arrays.compare(one, other)));
        }
    }

    private static long[] parts(Random random) {
        return new long[] {
            random.nextLong() >>> 62, random.nextLong() >>> 1 + random.nextInt(62), random.nextLong() >>> 28
        };
    }

    @Test
    void everythingOfACutComesBeforeItsEnd() {
        assertThat(Arrays.compare(Version.of(7, Long.MAX_VALUE, 1), Version.completeAt(7)))
                .isNegative();
        assertThat(Arrays.compare(Version.completeAt(7), Version.of(8, 0, 0))).isNegative();
    }

    @Test
    void tellsItsCut() {
        assertThat(Version.cut(Version.of(123_456_789, 5, 6))).isEqualTo(123_456_789);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> Version.of(1L << 42, 0, 0)).hasMessage("cut is out of range: 4398046511104");
        assertThatThrownBy(() -> Version.of(1, -1, 0)).hasMessage("lsn is out of range: -1");
        assertThatThrownBy(() -> Version.of(1, 1, 1L << 48)).hasMessage("offset is out of range: 281474976710656");
    }

    private static String text(byte[] version) {
        return new String(version, StandardCharsets.US_ASCII);
    }
}
