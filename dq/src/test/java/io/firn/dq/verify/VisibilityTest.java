package io.firn.dq.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibilityTest {
    private static final long EPOCH = 1L << 32;

    @Test
    void aTransactionIsSeenWhenItHadBegunAndWasNoLongerOpen() {
        Visibility snapshot = Visibility.parse("1000:1010:1003,1007");
        assertThat(snapshot.sees(999)).isTrue();
        assertThat(snapshot.sees(1003)).isFalse();
        assertThat(snapshot.sees(1004)).isTrue();
        assertThat(snapshot.sees(1007)).isFalse();
        assertThat(snapshot.sees(1010)).isFalse();
        assertThat(snapshot.sees(1011)).isFalse();
    }

    @Test
    void numbersThatBeganAnewAreToldFromThoseBefore() {
        Visibility snapshot = Visibility.parse("%d:%d:".formatted(3 * EPOCH + 5, 3 * EPOCH + 5));
        assertThat(snapshot.sees(4)).isTrue();
        assertThat(snapshot.sees(5)).isFalse();
        assertThat(snapshot.sees(EPOCH - 1)).isTrue();
    }

    @Test
    void anOpenTransactionOfTheEpochBeforeIsNotSeen() {
        Visibility snapshot = Visibility.parse("%d:%d:%d".formatted(2 * EPOCH - 3, 2 * EPOCH + 2, 2 * EPOCH - 3));
        assertThat(snapshot.sees(EPOCH - 3)).isFalse();
        assertThat(snapshot.sees(EPOCH - 2)).isTrue();
        assertThat(snapshot.sees(1)).isTrue();
    }
}
