package io.firn.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Business days of a {@link ShopSchema shop}: several sessions sell, deliver, reprice and rearrange at the same time;
 * at the end of each day all of them pause and the shop closes its books with a transactional logical message. One
 * session with the same seed on the same rows always leaves the same rows. An instance runs once.
 */
public final class ShopWorkload {
    /** Prefix of the logical message that closes a day; its content is the day, as {@code 2026-11-18}. */
    public static final String DAY_CLOSE_PREFIX = "firn.day-close";

    private final String jdbcUrl;
    private final WorkloadPlan plan;
    private final DayClosed hook;
    private WorkloadCounts counts = WorkloadCounts.EMPTY;
    private volatile boolean stopped;

    public ShopWorkload(String jdbcUrl, WorkloadPlan plan, DayClosed hook) {
        this.jdbcUrl = jdbcUrl;
        this.plan = plan;
        this.hook = hook;
    }

    /** Works through the planned days, and returns when the last is closed or after {@link #stop()}. */
    public WorkloadCounts run() throws SQLException, InterruptedException {
        List<ShopDesk> desks = new ArrayList<>();
        ExecutorService threads =
                Executors.newFixedThreadPool(plan.sessions(), task -> new Thread(task, "shop-session"));
        try (Connection office = DriverManager.getConnection(jdbcUrl)) {
            List<ShopSession> sessions = new ArrayList<>();
            for (int i = 0; i < plan.sessions(); i++) {
                ShopDesk desk = ShopDesk.open(jdbcUrl, i, plan.sessions());
                desks.add(desk);
                sessions.add(new ShopSession(plan, desk, i, this::tally, () -> stopped));
            }
            for (int i = 0; i < plan.days() && !stopped; i++) {
                LocalDate day = plan.firstDay().plusDays(i);
                work(threads, sessions, day);
                close(office, day);
            }
        } finally {
            stopped = true;
            threads.shutdownNow();
            for (ShopDesk desk : desks) {
                desk.close();
            }
        }
        return counts();
    }

    private synchronized void tally(WorkloadCounts more) {
        counts = counts.plus(more);
    }

    private void work(ExecutorService threads, List<ShopSession> sessions, LocalDate day)
            throws SQLException, InterruptedException {
        List<Callable<@Nullable Void>> parts = new ArrayList<>();
        for (ShopSession session : sessions) {
            parts.add(() -> part(session, day));
        }
        for (Future<@Nullable Void> part : threads.invokeAll(parts)) {
            await(part);
        }
    }

    /** When one session fails the others need not go on. */
    private @Nullable Void part(ShopSession session, LocalDate day) throws SQLException {
        try {
            session.work(day);
            return null;
        } catch (SQLException | RuntimeException e) {
            stop();
            throw e;
        }
    }

    private static void await(Future<@Nullable Void> part) throws SQLException, InterruptedException {
        try {
            part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException("a shop session failed", e.getCause());
        }
    }

    private void close(Connection office, LocalDate day) throws SQLException {
        if (!stopped) {
            closeDay(office, day);
            hook.onDayClosed(day, office);
        }
    }

    /** Writes the marker by which a day is closed, in a transaction of its own. */
    public static void closeDay(Connection connection, LocalDate day) throws SQLException {
        try (PreparedStatement message = connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
            message.setString(1, DAY_CLOSE_PREFIX);
            message.setString(2, day.toString());
            message.execute();
        }
    }

    /** Has the sessions end after the transaction in hand; the running day is not closed. */
    public void stop() {
        stopped = true;
    }

    /** What has been done so far. */
    public synchronized WorkloadCounts counts() {
        return counts;
    }
}
