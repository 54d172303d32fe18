package io.firn.engine.ingest;

import io.firn.catalog.Cut;
import io.firn.catalog.FirnException;
import io.firn.dq.rule.RowRule;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.gate.Verdicts;
import io.firn.engine.quarantine.Action;
import io.firn.engine.quarantine.OpenKeys;
import io.firn.engine.quarantine.QuarantineLog;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.seed.SetAside;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Brings quarantined records into the lake as if they came now: decoded, logged as a cut of their own and folded. A
 * change of a row that has changed since is left out, for the table holds something newer; the change log says what has
 * changed, and a record it holds already is not logged again. So a replay that was interrupted is simply run again.
 *
 * <p>No other writer may be at work: of two, the one that was started first is fenced. A writer at work is asked,
 * through {@link ReplayRequests}.
 */
public final class QuarantineReplay implements AutoCloseable {
    private final IngestSetup setup;
    private final String because;
    private final Ingest ingest;
    private final QuarantineView view;
    private final QuarantineLog log;
    private final DuckDBConnection logConnection;

    /**
     * Opens every configured table and brings it up to its change log.
     *
     * @param actor who replays, for the quarantine's log
     */
    public QuarantineReplay(IngestSetup setup, String actor) {
        this(setup, actor, "");
    }

    /**
     * The same, with a word on why.
     *
     * @param because is noted with every record that is replayed; empty for nothing
     */
    public QuarantineReplay(IngestSetup setup, String actor, String because) {
        this(setup, actor, because, setup.clock());
    }

    /** @param logClock when it happened, for the quarantine's log */
    QuarantineReplay(IngestSetup setup, String actor, String because, Clock logClock) {
        this.because = because;
        this.setup = setup;
        this.ingest = Ingest.beside(setup);
        this.view = new QuarantineView(setup.lake(), ingest.workbench());
        this.logConnection = setup.database().connect();
        this.log = new QuarantineLog(
                setup.lake(), logConnection, setup.config().workbench().tempDirectory(), logClock, actor);
    }

    /**
     * Replays what is selected and still in quarantine, in the order in which it came. A stopped table of which nothing
     * is left in quarantine goes on.
     *
     * @param outcomes is told what became of each record
     */
    public void run(Selection selection, Consumer<Entry> outcomes) {
        Batch batch = new Batch(view.openKeys(List.of()), outcomes);
        Map<String, SeededRows> seeded = new LinkedHashMap<>();
        view.forEach(selection, record -> {
            if (SetAside.isOne(record.record())) {
                seeded.computeIfAbsent(record.record().topic(), load -> seededRows(record.table()))
                        .add(record);
            } else {
                batch.add(record);
            }
        });
        batch.commit();
        seeded.values().forEach(rows -> replay(rows, outcomes));
        ingest.tables().filter(TableIngest::isStopped).forEach(this::resumeWhenEmpty);
    }

    private SeededRows seededRows(String table) {
        return new SeededRows(ingest.table(table), setup.config().table(table).rename());
    }

    /** After the changes: whatever of them is newer than the load is in the change log then. */
    private void replay(SeededRows rows, Consumer<Entry> outcomes) {
        List<Entry> entries = rows.replay(
                ingest,
                setup.config().workbench().tempDirectory(),
                setup.clock().instant());
        log.append(entries);
        entries.forEach(outcomes);
    }

    private void resumeWhenEmpty(TableIngest table) {
        if (view.list(Selection.open(List.of(table.name()))).isEmpty()) {
            table.resume();
        }
    }

    /** @return a line for each table that is still stopped */
    public List<String> stopped() {
        return ingest.stopped();
    }

    /** Records that become one cut. */
    private final class Batch {
        private final OpenKeys open;
        private final Consumer<Entry> outcomes;
        private final Map<TableIngest, Map<Place, QuarantinedRecord>> staged = new LinkedHashMap<>();
        private final List<Entry> entries = new ArrayList<>();
        private long rows;
        private long bytes;

        private record Place(int partition, long offset) {
            static Place of(QuarantinedRecord record) {
                return new Place(record.record().partition(), record.record().offset());
            }
        }

        Batch(OpenKeys open, Consumer<Entry> outcomes) {
            this.open = open;
            this.outcomes = outcomes;
        }

        void add(QuarantinedRecord record) {
            TableIngest table = ingest.table(record.table());
            Map<Place, QuarantinedRecord> others = staged.getOrDefault(table, Map.of());
            if (others.containsKey(Place.of(record))) {
                entries.add(new Entry(record, Action.SUPERSEDED, "the same record is in quarantine twice"));
                return;
            }
            String problem = stage(table, record);
            if (problem != null) {
                entries.add(new Entry(record, Action.FAILED, problem));
            }
            byte[] value = record.record().value();
            bytes += value == null ? 0 : value.length;
            if (++rows >= setup.config().commit().rows()
                    || bytes >= setup.config().commit().bytes()) {
                commit();
            }
        }

        private @Nullable String stage(TableIngest table, QuarantinedRecord quarantined) {
            SourceRecord record = table.protectAgain(quarantined.record());
            try {
                ChangeRow change = table.decode(record);
                if (change.after().unavailable() > 0) {
                    if (open.holdsBefore(table.name(), record.key(), record.offset())) {
                        return "the source left out values, and an earlier change of the row is in quarantine";
                    }
                    table.incomplete().keep(record, change.lsn());
                }
                open.remove(table.name(), record.key(), record.offset());
                staged.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(Place.of(quarantined), quarantined);
                table.add(change, record, new Failing(table));
            } catch (UndecodableException e) {
                return String.valueOf(e.getMessage());
            }
            return null;
        }

        void commit() {
            Map<TableIngest, CutRows> cut = new LinkedHashMap<>();
            staged.forEach((table, records) -> {
                CutRows left = take(table, records);
                if (left.count() == 0) {
                    left.close();
                } else {
                    cut.put(table, left);
                }
            });
            String detail = cut.isEmpty() ? because : detail(ingest.commitBeside(cut));
            staged.values()
                    .forEach(records -> records.values()
                            .forEach(record -> entries.add(new Entry(record, Action.REPLAYED, detail))));
            List<Entry> told = corrected();
            log.append(told);
            told.forEach(outcomes);
            entries.clear();
            staged.clear();
            rows = 0;
            bytes = 0;
        }

        /** What still must not be written stays in quarantine. */
        private final class Failing implements Verdicts {
            private final TableIngest table;

            Failing(TableIngest table) {
                this.table = table;
            }

            @Override
            public Then broken(SourceRecord record, long lsn, RowRule rule, long broken) {
                setAside(record, lsn, rule.reason());
                return Then.GO_ON;
            }

            @Override
            public void setAside(SourceRecord record, long lsn, String reason) {
                QuarantinedRecord left = Objects.requireNonNull(
                        staged.getOrDefault(table, Map.of()).remove(new Place(record.partition(), record.offset())));
                entries.add(new Entry(left, Action.FAILED, reason));
            }

            @Override
            public void follows(SourceRecord record) {}
        }

        /** What failed is cleared by a later change of its row that did not. */
        private List<Entry> corrected() {
            Map<Row, Long> replayed = new HashMap<>();
            entries.stream()
                    .filter(entry -> entry.action() == Action.REPLAYED)
                    .map(entry -> entry.record().record())
                    .filter(record -> record.key() != null)
                    .forEach(record -> replayed.merge(Row.of(record), record.offset(), Math::max));
            return entries.stream()
                    .map(entry -> entry.action() == Action.FAILED
                                    && replayed.getOrDefault(
                                                    Row.of(entry.record().record()), -1L)
                                            > entry.record().record().offset()
                            ? new Entry(entry.record(), Action.CLEARED, "a later change of the row is replayed with it")
                            : entry)
                    .toList();
        }

        private record Row(
                String topic, int partition, @Nullable ByteBuffer key) {
            static Row of(SourceRecord record) {
                byte[] key = record.key();
                return new Row(record.topic(), record.partition(), key == null ? null : ByteBuffer.wrap(key));
            }
        }

        private String detail(Cut cut) {
            return "cut " + cut.number() + (because.isEmpty() ? "" : ": " + because);
        }

        /** @return the rows that are to be written; the other records leave {@code records} and get their entry */
        private CutRows take(TableIngest table, Map<Place, QuarantinedRecord> records) {
            Set<Integer> partitions = new HashSet<>();
            records.keySet().forEach(place -> partitions.add(place.partition()));
            CutRows taken = table.takeAll(partitions);
            NewerChanges newer =
                    new NewerChanges(table.writer().changes(), table.columns(), table.keySlots(), ingest.workbench());
            CutRows current = newer.remove(taken, table.topic(), (partition, offset, action, detail) -> {
                QuarantinedRecord record = Objects.requireNonNull(records.remove(new Place(partition, offset)));
                entries.add(new Entry(record, action, detail));
            });
            CutRows complete = table.filled(current, new Failing(table));
            Map<Partition, Long> everything = new HashMap<>();
            partitions.forEach(number -> everything.put(new Partition(table.topic(), number), Long.MAX_VALUE));
            table.incomplete().forget(everything);
            return complete;
        }
    }

    @Override
    public void close() {
        ingest.close();
        try {
            logConnection.close();
        } catch (SQLException e) {
            throw FirnException.internal("a connection could not be closed", e);
        }
    }
}
