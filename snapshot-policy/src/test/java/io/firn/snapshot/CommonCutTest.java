package io.firn.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Cut;
import io.firn.catalog.SourcePosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommonCutTest {
    static Cut cut(long number, String... tables) {
        return new Cut(
                number, 0, Instant.EPOCH, SourcePosition.EMPTY, SourcePosition.EMPTY, List.of(tables), List.of());
    }

    @Test
    void aTableWithoutAPartInLaterCutsIsCompleteUpToThem() {
        assertThat(CommonCut.of(Map.of("a", 9L, "b", 4L), List.of(cut(9, "a"), cut(8, "a"), cut(7, "a"))))
                .isEqualTo(9);
    }

    @Test
    void aTableThatStoppedBeforeItsCutHoldsTheOthersBack() {
        assertThat(CommonCut.of(Map.of("a", 9L, "b", 4L), List.of(cut(9, "a"), cut(8, "a", "b"), cut(7, "a"))))
                .isEqualTo(7);
        assertThat(CommonCut.of(Map.of("a", 9L, "b", 4L), List.of(cut(5, "b", "a"), cut(9, "a"))))
                .isEqualTo(4);
    }

    @Test
    void noCutIsZero() {
        assertThat(CommonCut.of(Map.of("a", 0L), List.of())).isZero();
        assertThat(CommonCut.of(Map.of(), List.of())).isZero();
    }
}
