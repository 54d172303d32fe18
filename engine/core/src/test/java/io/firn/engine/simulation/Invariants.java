package io.firn.engine.simulation;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.SourcePosition;
import io.firn.engine.ingest.FakePostgres;
import io.firn.engine.ingest.SmallLake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** What holds after every commit, whatever went wrong. Reads with Iceberg's own reader. */
final class Invariants {
    static final List<String> TABLES = List.of("item", "stock");
    private static final String LOG = "_changes";

    private final FakePostgres postgres;
    private final Map<String, Long> tags = new HashMap<>();

    Invariants(FakePostgres postgres) {
        this.postgres = postgres;
    }

    void check(Table table, String name) {
        if (table.currentSnapshot() == null) {
            return;
        }
        if (name.endsWith(LOG)) {
            holdsEveryChangeOnce(table, "public." + name.substring(0, name.length() - LOG.length()));
        } else if (TABLES.contains(name)) {
            equalsSource(table, "public." + name);
            noEqualityDeletes(table);
            tagsStay(table, "public." + name);
        }
    }

    private void equalsSource(Table table, String source) {
        long lsn = CutProperties.applied(table).lsn();
        expect(table.name() + " at lsn " + lsn, postgres.rowsAt(source, lsn), rows(table, null));
    }

    private static Object rows(Table table, @org.jspecify.annotations.Nullable String tag) {
        try {
            return SmallLake.rows(table, tag);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void noEqualityDeletes(Table table) {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                for (DeleteFile delete : task.deletes()) {
                    expect("the deletes of " + table.name(), FileContent.POSITION_DELETES, delete.content());
                }
            }
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
                expect(key, postgres.rowsAt(source, lsn), rows(table, ref.getKey()));
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
        expect(log.name() + " at " + cut.lsn(), postgres.changesUpTo(source, cut.lsn()), changes(log));
    }

    private static TreeSet<Long> changes(Table log) {
        TreeSet<Long> held = new TreeSet<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(log).select("_lsn").build()) {
            for (Record record : records) {
                Long lsn = (Long) record.getField("_lsn");
                expect("lsn " + lsn + " is new in " + log.name(), true, held.add(lsn));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return held;
    }

    /** Nothing that is acknowledged is missing in a log: asked with the last commit before the position. */
    void checkAcknowledged(SourcePosition position, Table log, String source, long lsn) {
        TreeSet<Long> missing = new TreeSet<>(postgres.changesUpTo(source, lsn));
        missing.removeAll(changes(log));
        expect("what is acknowledged with " + position + " and not in " + log.name(), new TreeSet<Long>(), missing);
    }

    void checkEnd(Table table, String name) {
        check(table, name);
        expect("all of " + name, postgres.rowsAt("public." + name, Long.MAX_VALUE - 1), rows(table, null));
        for (String day : postgres.markers().keySet()) {
            expect("day-" + day + " in " + name, true, table.refs().containsKey("day-" + day));
        }
    }

    void checkEndOfLog(Table log, String name) {
        check(log, name);
        String source = "public." + name.substring(0, name.length() - LOG.length());
        expect("all of " + name, postgres.changesUpTo(source, Long.MAX_VALUE - 1), changes(log));
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
