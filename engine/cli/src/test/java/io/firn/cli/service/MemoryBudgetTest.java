package io.firn.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private static final long GB = 1L << 30;

    @Test
    void limitsThatFitBesideTheHeapStay() {
        assertThat(MemoryBudget.of(16 * GB, 4 * GB, 2 * GB, 4 * GB))
                .isEqualTo(new MemoryBudget(4 * GB, 2 * GB, 4 * GB));
    }

    @Test
    void limitsThatDoNotFitShrinkInProportion() {
        assertThat(MemoryBudget.of(10 * GB, 3 * GB, 4 * GB, 8 * GB))
                .isEqualTo(new MemoryBudget(3 * GB, 2 * GB, 4 * GB));
    }

    @Test
    void aHeapThatTakesEverythingLeavesDuckDbTheLeastItWorksWith() {
        assertThat(MemoryBudget.of(2 * GB, 2 * GB, 2 * GB, 4 * GB))
                .isEqualTo(new MemoryBudget(2 * GB, 64L << 20, 64L << 20));
    }
}
