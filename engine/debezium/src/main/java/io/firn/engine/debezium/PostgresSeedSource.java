package io.firn.engine.debezium;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.engine.debezium.SlotSnapshot.Slot;
import io.firn.engine.seed.SeedPlan;
import io.firn.engine.seed.SeedSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * First rows from PostgreSQL. No transaction lasts longer than a part, but for the last one, which reads what changed
 * meanwhile.
 */
public final class PostgresSeedSource implements SeedSource {
    private static final Duration TOLD_AFTER = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 100;
    private static final String LOCK = "SELECT pg_try_advisory_lock(hashtext('firn'), hashtext(?))";
    private static final String NEXT_TRANSACTION = "SELECT txid_snapshot_xmax(txid_current_snapshot())";
    private static final String OLDEST_TRANSACTION = "SELECT txid_snapshot_xmin(txid_current_snapshot())";

    private final PostgresSettings settings;
    private final Handover handover;
    private final Consumer<String> notes;
    private final Database database;
    private final Database lock;
    private final ChangeNotes changes;
    private final PartPlanner planner;
    private Map<String, List<String>> keys = Map.of();

    /**
     * Who reads the changes after the load.
     *
     * @param present how far it could read now; asked before the moment
     * @param kind what the position is
     */
    public record Handover(Supplier<SourcePosition> present, Kind kind) {
        /** What will read the slot. */
        public enum Kind {
            /** This process: its position is a place in PostgreSQL's log. */
            IN_PROCESS,
            /** A connector, whose topics have positions of their own. */
            CONNECTOR
        }

        /** The slot is read by {@link PostgresSource}. */
        public static Handover inProcess() {
            return new Handover(() -> SourcePosition.EMPTY, Kind.IN_PROCESS);
        }

        /** The slot is read by a connector elsewhere. @param present the ends of its topics */
        public static Handover toConnector(Supplier<SourcePosition> present) {
            return new Handover(present, Kind.CONNECTOR);
        }
    }

    /**
     * Does not connect yet.
     *
     * @param partBytes how much of a table is read in one transaction
     * @param notes is told what may take long
     */
    public PostgresSeedSource(PostgresSettings settings, Handover handover, long partBytes, Consumer<String> notes) {
        this.settings = settings;
        this.handover = handover;
        this.notes = notes;
        this.database = new Database(settings);
        this.lock = new Database(settings);
        this.changes = new ChangeNotes(settings, database);
        this.planner = new PartPlanner(partBytes);
    }

    /**
     * Makes change capture in this process begin where its slot stands, or here when there is none yet.
     *
     * @return the position
     */
    public static SourcePosition begin(PostgresSettings settings) {
        try (Database database = new Database(settings)) {
            database.check();
            new Publication(settings, database).require();
            ReplicationSlot slot = new ReplicationSlot(settings, database);
            if (!slot.exists()) {
                database.text("SELECT lsn FROM pg_create_logical_replication_slot(?, 'pgoutput')", settings.slot());
            }
            return new PostgresPosition(slot.confirmed(), 0).toSource();
        }
    }

    /**
     * Makes the slot of change capture anew, where it is gone or has lost the log it needs.
     *
     * @return the position, from which changes are there
     * @throws FirnException when there is a slot, which may have what is wanted
     */
    public static SourcePosition beginAnew(PostgresSettings settings) {
        try (Database database = new Database(settings)) {
            ReplicationSlot slot = new ReplicationSlot(settings, database);
            slot.removeInvalidated();
            if (slot.exists()) {
                throw new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED,
                        ("source.postgres: replication slot %1$s is there, and capture goes on from it; if it cannot, let"
                                        + " its owner run SELECT pg_drop_replication_slot('%1$s') first")
                                .formatted(settings.slot()));
            }
        }
        return begin(settings);
    }

    @Override
    public SourceTable table(String name) {
        return database.call(connection -> PartPlanner.declaration(connection, name));
    }

    @Override
    public synchronized Noting watch(Map<String, List<String>> keysByTable, Earlier earlier) {
        keys = Map.copyOf(keysByTable);
        database.check();
        Identities.require(keys, this::table, database);
        if (!lock.text(LOCK, changes.slot()).equals("t")) {
            throw new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "source.postgres: another process is loading with replication slot %s".formatted(changes.slot()));
        }
        new Publication(settings, database).require();
        if (earlier == Earlier.PARTS && changes.isUsable()) {
            return Noting.SINCE_EARLIER;
        }
        changes.begin();
        awaitOlderTransactions();
        return Noting.ANEW;
    }

    /**
     * A transaction may have written its commit before the slot was made and still not be seen by others, who would
     * read rows without it.
     */
    private void awaitOlderTransactions() {
        long next = Long.parseLong(database.text(NEXT_TRANSACTION));
        long begun = System.nanoTime();
        boolean told = false;
        while (Long.parseLong(database.text(OLDEST_TRANSACTION)) < next) {
            if (!told && System.nanoTime() - begun > TOLD_AFTER.toNanos()) {
                told = true;
                notes.accept("waiting for transactions in PostgreSQL that began before the load");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for transactions to end", e);
        }
    }

    /** A connector's slot is its own affair: it makes a new one when it finds none. */
    @Override
    public synchronized void requireCapture() {
        if (handover.kind() == Handover.Kind.IN_PROCESS) {
            new ReplicationSlot(settings, database).requireUsable();
        }
    }

    @Override
    public synchronized void collect(Changes to) {
        changes.collect(keys, 0, to);
    }

    @Override
    public SeedPlan plan(String table, String job) {
        return database.call(connection -> planner.plan(connection, table, job));
    }

    @Override
    public PartReader reader() {
        return new PostgresPartReader(settings, planner);
    }

    @Override
    public synchronized Moment moment(long cutNumber, List<String> tables, Capture capture, Changes to) {
        SourcePosition present = handover.present().get();
        changes.beacon();
        boolean isNew = capture == Capture.BEGINS && makesSlot();
        SlotSnapshot snapshot = snapshot(isNew);
        try {
            changes.collect(keys, snapshot.lsn(), to);
            Connection connection = database.open(properties -> properties.remove("socketTimeout"));
            ExactMoment.begin(connection, snapshot.name());
            return new ExactMoment(
                    settings, snapshot, connection, cut(cutNumber, tables, snapshot.lsn(), present, isNew));
        } catch (SQLException e) {
            snapshot.close();
            throw PostgresFailures.of(settings, e);
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    /** A slot that nobody has read from is as good as none; one of a connector is its own. */
    private boolean makesSlot() {
        ReplicationSlot slot = new ReplicationSlot(settings, database);
        if (!slot.exists()) {
            return true;
        }
        if (handover.kind() == Handover.Kind.CONNECTOR) {
            return false;
        }
        slot.removeUnused();
        return true;
    }

    private SlotSnapshot snapshot(boolean isNew) {
        notes.accept("fixing the moment at which the tables will be seen");
        try {
            return isNew
                    ? SlotSnapshot.make(database, settings.slot(), Slot.KEPT)
                    : SlotSnapshot.make(database, changes.slot() + "_now", Slot.TEMPORARY);
        } catch (SQLException e) {
            throw PostgresFailures.of(settings, e);
        }
    }

    /**
     * A connector that begins at the moment's own slot sends nothing from before; of one that was there already,
     * everything up to the last commit before the moment is to be passed over.
     */
    private Cut cut(long number, List<String> tables, long lsn, SourcePosition present, boolean isNew) {
        boolean inProcess = handover.kind() == Handover.Kind.IN_PROCESS;
        SourcePosition upTo = inProcess ? new PostgresPosition(lsn, 0).toSource() : present;
        long passed = !inProcess && isNew ? 0 : changes.lastCommit();
        Instant committedAt = Instant.EPOCH.plus(changes.lastCommitMicros(), ChronoUnit.MICROS);
        return new Cut(number, passed, committedAt, upTo, upTo, tables, List.of());
    }

    @Override
    public synchronized void end() {
        changes.end();
    }

    @Override
    public void close() {
        changes.close();
        database.close();
        lock.close();
    }
}
