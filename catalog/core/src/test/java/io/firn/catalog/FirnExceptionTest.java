package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FirnExceptionTest {

    @Test
    void isOneLineForEachProblem() {
        FirnException both = FirnException.ofAll(ErrorCode.CONFIG_INVALID, List.of("first\n  of all", "second"));

        assertThat(both.problems()).containsExactly("first of all", "second");
        assertThat(both).hasMessage("first of all\nsecond");
        assertThat(both.blame()).isEqualTo(Blame.USER);
    }

    @Test
    void namesThePlaceInFrontOfEveryProblem() {
        FirnException cause = FirnException.ofAll(ErrorCode.STORAGE_FAILED, List.of("a", "b"));

        FirnException placed = cause.in("table atlas.product");

        assertThat(placed.problems()).containsExactly("table atlas.product: a", "table atlas.product: b");
        assertThat(placed.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(placed.getStackTrace()).isEqualTo(cause.getStackTrace());
    }

    @Test
    void interruptionStaysVisibleToTheThread() {
        FirnException interrupted = FirnException.interrupted("waiting for a lock", new InterruptedException());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).hasMessage("interrupted while waiting for a lock");
        assertThat(interrupted.code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void aListOfNoProblemsIsNoProblem() {
        assertThatThrownBy(() -> FirnException.ofAll(ErrorCode.INTERNAL, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("problems must not be empty");
    }
}
