package io.firn.demo;

import java.time.LocalDate;

/**
 * How much a {@link ShopWorkload} is to do.
 *
 * @param changesPerDay row changes per business day, over all sessions; the last transaction of each session may exceed
 *     it
 * @param sessions database sessions that work at the same time
 * @param changesPerSecond upper limit over all sessions, 0 for as fast as they can
 */
public record WorkloadPlan(
        LocalDate firstDay,
        int days,
        int changesPerDay,
        int sessions,
        long seed,
        Truncates truncates,
        int changesPerSecond) {

    /** Whether the shop now and then empties the table of merchandising flags. */
    public enum Truncates {
        NEVER,
        ONCE_A_DAY
    }

    public WorkloadPlan {
        require("days", days, 1);
        require("changesPerDay", changesPerDay, 0);
        require("sessions", sessions, 1);
        require("changesPerSecond", changesPerSecond, 0);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + " but was " + value);
        }
    }

    /** Four sessions, no truncates, as fast as they can. */
    public static WorkloadPlan of(LocalDate firstDay, int days, int changesPerDay, long seed) {
        return new WorkloadPlan(firstDay, days, changesPerDay, 4, seed, Truncates.NEVER, 0);
    }

    public WorkloadPlan withSessions(int count) {
        return new WorkloadPlan(firstDay, days, changesPerDay, count, seed, truncates, changesPerSecond);
    }

    public WorkloadPlan with(Truncates when) {
        return new WorkloadPlan(firstDay, days, changesPerDay, sessions, seed, when, changesPerSecond);
    }

    public WorkloadPlan withChangesPerSecond(int limit) {
        return new WorkloadPlan(firstDay, days, changesPerDay, sessions, seed, truncates, limit);
    }
}
