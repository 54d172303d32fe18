package io.firn.demo;

import io.firn.demo.WorkloadPlan.Truncates;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One session's part of a business day: transactions until its share of the changes is done. */
final class ShopSession {
    private static final int HOURS = 24;
    private static final int ROLLBACKS_PER_MILLE = 25;
    private static final int SAVEPOINTS_PER_MILLE = 15;
    /** serialization_failure, deadlock_detected */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

    private final WorkloadPlan plan;
    private final ShopDesk desk;
    private final int index;
    private final Consumer<WorkloadCounts> tally;
    private final BooleanSupplier stopped;

    ShopSession(WorkloadPlan plan, ShopDesk desk, int index, Consumer<WorkloadCounts> tally, BooleanSupplier stopped) {
        this.plan = plan;
        this.desk = desk;
        this.index = index;
        this.tally = tally;
        this.stopped = stopped;
    }

    void work(LocalDate day) throws SQLException {
        Random random = new Random(31 * (31 * plan.seed() + day.toEpochDay()) + index);
        desk.startDay(random);
        long share = plan.changesPerDay() / plan.sessions() + (index < plan.changesPerDay() % plan.sessions() ? 1 : 0);
        long started = System.nanoTime();
        int hour = -1;
        for (long done = 0; done < share && !stopped.getAsBoolean(); ) {
            setTime(day, done, share);
            int now = (int) (HOURS * done / share);
            ShopAction action = now == hour ? ActionMix.draw(random) : onTheHour(now);
            hour = now;
            done += transact(action, random).changes();
            keepPace(started, done);
        }
    }

    private void setTime(LocalDate day, long done, long share) {
        desk.setTime(day.atStartOfDay()
                .plusNanos(86_400_000_000L * done / share * 1000)
                .atOffset(ZoneOffset.UTC));
    }

    private ShopAction onTheHour(int hour) {
        if (hour == HOURS / 2 && index == 0 && plan.truncates() == Truncates.ONCE_A_DAY) {
            return AssortmentActions::clearFlags;
        }
        if (hour % plan.sessions() == index) {
            return d -> PriceActions.wave(d, Math.max(10, plan.changesPerDay() / 80));
        }
        return StockActions::sell;
    }

    private WorkloadCounts transact(ShopAction action, Random random) throws SQLException {
        WorkloadCounts counts;
        try {
            counts = perform(action, random.nextInt(1000));
        } catch (SQLException e) {
            if (!CONFLICTS.contains(e.getSQLState())) {
                throw e;
            }
            desk.connection().rollback();
            counts = WorkloadCounts.CONFLICT;
        }
        tally.accept(counts);
        return counts;
    }

    private WorkloadCounts perform(ShopAction action, int chance) throws SQLException {
        if (chance < SAVEPOINTS_PER_MILLE) {
            Savepoint before = desk.connection().setSavepoint();
            action.perform(desk);
            desk.connection().rollback(before);
        }
        WorkloadCounts counts = action.perform(desk);
        if (chance >= 1000 - ROLLBACKS_PER_MILLE) {
            desk.connection().rollback();
            return WorkloadCounts.ROLLBACK;
        }
        desk.connection().commit();
        return counts.plus(WorkloadCounts.COMMIT);
    }

    private void keepPace(long startedNanos, long done) {
        if (plan.changesPerSecond() > 0) {
            long due = startedNanos + done * plan.sessions() * 1_000_000_000L / plan.changesPerSecond();
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }
}
