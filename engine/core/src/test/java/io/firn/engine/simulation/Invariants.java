package io.firn.engine.simulation;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.engine.ingest.FakePostgres;
import io.firn.engine.ingest.SmallLake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;

/** What holds after every commit, whatever went wrong. The end is read with Iceberg's own reader. */
final class Invariants {
    static final List<String> TABLES = List.of("item", "stock");
    static final String LOG = "_changes";

    private final FakePostgres postgres;
    private final Expected expected;
    private final FileRows files;
    private final LoggedChanges logs;
    private final Map<String, Long> checked = new HashMap<>();
    private final Map<String, Long> tags = new HashMap<>();

    Invariants(FakePostgres postgres, Expected expected, FileRows files) {
        this.postgres = postgres;
        this.expected = expected;
        this.files = files;
        this.logs = new LoggedChanges(files);
    }

    static String source(String table) {
        return "public." + (table.endsWith(LOG) ? table.substring(0, table.length() - LOG.length()) : table);
    }

    void check(Table table, String name) {
        if (table.currentSnapshot() == null) {
            return;
        }
        if (name.endsWith(LOG)) {
            holdsEveryChangeOnce(table, source(name));
        } else if (TABLES.contains(name)) {
            equalsSource(table, source(name));
            tagsStay(table, source(name));
        }
    }

    private void equalsSource(Table table, String source) {
        Long snapshot = table.currentSnapshot().snapshotId();
        if (snapshot.equals(checked.put(table.name(), snapshot))) {
            return;
        }
        long lsn = CutProperties.applied(table).lsn();
        expect(table.name() + " at lsn " + lsn, expected.rows(source, lsn), live(table));
    }

    private TreeMap<Long, FakePostgres.Row> live(Table table) {
        BaseDeleteLoader deletes = new BaseDeleteLoader(file -> table.io().newInputFile(file));
        TreeMap<Long, FakePostgres.Row> rows = new TreeMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                task.deletes().forEach(delete -> noEqualityDelete(table, delete));
                PositionDeleteIndex gone = task.deletes().isEmpty()
                        ? PositionDeleteIndex.empty()
                        : deletes.loadPositionDeletes(
                                task.deletes(), task.file().location());
                List<Record> all = files.of(table, task.file(), table.schema());
                for (int i = 0; i < all.size(); i++) {
                    if (!gone.isDeleted(i)) {
                        SmallLake.put(rows, all.get(i), table);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static void noEqualityDelete(Table table, DeleteFile delete) {
        expect("the deletes of " + table.name(), FileContent.POSITION_DELETES, delete.content());
    }

    private static Object rows(Table table, @org.jspecify.annotations.Nullable String tag) {
        try {
            return SmallLake.rows(table, tag);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tagsStay(Table table, String source) {
        for (Map.Entry<String, SnapshotRef> ref : table.refs().entrySet()) {
            if (!ref.getValue().isTag()) {
                continue;
            }
            String key = table.name() + " " + ref.getKey();
            Long before = tags.putIfAbsent(key, ref.getValue().snapshotId());
            if (before == null) {
                Long lsn = Objects.requireNonNull(
                        postgres.markers().get(ref.getKey().substring("day-".length())), key);
                expect(key, expected.rows(source, lsn), rows(table, ref.getKey()));
            } else {
                expect("the snapshot of " + key, before, ref.getValue().snapshotId());
            }
        }
        tags.keySet().stream()
                .filter(key -> key.startsWith(table.name() + " "))
                .forEach(key -> expect(
                        key + " is there",
                        true,
                        table.refs().containsKey(key.substring(table.name().length() + 1))));
    }

    private void holdsEveryChangeOnce(Table log, String source) {
        Cut cut = CutProperties.applied(log);
        expect(log.name() + " at " + cut.lsn(), postgres.changesUpTo(source, cut.lsn()), logs.in(log));
    }

    /** Nothing of the first {@code records} records of the partition, which the source has forgotten, is missing. */
    void checkAcknowledged(Table log, String source, int partition, int records) {
        TreeSet<Long> missing =
                new TreeSet<>(postgres.changesBefore(SmallLake.PREFIX + "." + source, partition, records));
        missing.removeAll(logs.in(log));
        expect("what is acknowledged and not in " + log.name(), new TreeSet<Long>(), missing);
    }

    void checkEnd(Table table, String name) {
        check(table, name);
        expect("all of " + name, expected.rows(source(name), Long.MAX_VALUE - 1), rows(table, null));
        for (String day : postgres.markers().keySet()) {
            expect("day-" + day + " in " + name, true, table.refs().containsKey("day-" + day));
        }
    }

    void checkEndOfLog(Table log, String name) {
        check(log, name);
        expect("all of " + name, postgres.changesUpTo(source(name), Long.MAX_VALUE - 1), logs.in(log));
    }

    /** What nobody can read, or breaks a rule, is set aside, once. */
    void checkEndOfQuarantine(Optional<Table> quarantine) {
        Map<String, List<Long>> held = new TreeMap<>();
        TABLES.forEach(name -> held.put(name, new ArrayList<>()));
        quarantine.ifPresent(table -> {
            try (CloseableIterable<Record> records =
                    IcebergGenerics.read(table).select("table_name", "lsn").build()) {
                records.forEach(record -> Objects.requireNonNull(held.get((String) record.getField("table_name")))
                        .add((Long) record.getField("lsn")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        held.forEach((name, lsns) -> {
            lsns.sort(null);
            expect("what is in quarantine of " + name, List.copyOf(postgres.setAside(source(name))), lsns);
        });
    }

    static void expect(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new BrokenInvariant(what + ": expected " + expected + " but was " + actual);
        }
    }

    /** An error, so that nothing on its way catches it. */
    static final class BrokenInvariant extends Error {
        private static final long serialVersionUID = 1L;

        BrokenInvariant(String message) {
            super(message);
        }
    }
}
