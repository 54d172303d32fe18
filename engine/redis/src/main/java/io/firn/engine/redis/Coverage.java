package io.firn.engine.redis;

/** How much of a table is compared. */
public sealed interface Coverage {
    /** Every row of the lake, and every row of Redis. */
    record All() implements Coverage {}

    /**
     * About so many rows of the lake, chosen at random but the same for the same seed. Rows that only Redis has are not
     * looked for.
     */
    record Sample(long rows, long seed) implements Coverage {
        public Sample {
            if (rows < 1) {
                throw new IllegalArgumentException("rows must be positive but was " + rows);
            }
        }
    }
}
