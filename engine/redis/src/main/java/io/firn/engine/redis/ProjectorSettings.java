package io.firn.engine.redis;

import java.time.Duration;

/**
 * How a projector works.
 *
 * @param batchRows about how many changes are applied before the position moves; a cut is never divided
 * @param tombstones how long a deleted row's version is remembered; longer than any projector may hold on to changes it
 *     has read
 * @param grace how long the keys of an older generation stay after readers were sent to a new one; longer than any
 *     reader keeps the generation it has read
 */
public record ProjectorSettings(long batchRows, Duration tombstones, Duration grace) {
    /** 500,000 changes, one day, one minute. */
    public static final ProjectorSettings DEFAULT =
            new ProjectorSettings(500_000, Duration.ofDays(1), Duration.ofMinutes(1));

    public ProjectorSettings {
        if (batchRows < 1) {
            throw new IllegalArgumentException("batchRows must be positive but was " + batchRows);
        }
        if (tombstones.isNegative() || tombstones.isZero()) {
            throw new IllegalArgumentException("tombstones must be positive but was " + tombstones);
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative but was " + grace);
        }
    }
}
