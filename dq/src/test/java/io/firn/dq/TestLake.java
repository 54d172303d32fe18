package io.firn.dq;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Sql;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A lake that a small writer keeps: tables of (id, ref, name, price) with change logs, cuts that reach all of them,
 * days that close. Knows what every table held after every cut.
 */
public final class TestLake implements AutoCloseable {
    private static final int PARTITIONS = 3;

    /** A row of any table. */
    public record Row(
            @Nullable Long ref,
            @Nullable String name,
            @Nullable BigDecimal price) {}

    private record Change(
            String operation,
            long id,
            @Nullable Row before,
            @Nullable Row after) {}

    private record Place(String file, long position) {}

    public final Lake lake;
    public final DuckDatabase duck;
    public final Workbench workbench;
    public final WorkbenchConfig machine;
    public final Map<String, TreeMap<Long, Row>> rows = new LinkedHashMap<>();
    private final Map<String, List<Change>> pending = new LinkedHashMap<>();
    private final Map<String, Map<Long, Place>> places = new HashMap<>();
    private final Set<String> stopped = new HashSet<>();
    private final DuckDBConnection connection;
    private final Path folder;
    private Cut last = Cut.NONE;
    private long lsn = 1000;
    private boolean forgetful;
    private @Nullable Instant ingestedAt;

    public TestLake(Path folder, String... tables) {
        this.folder = folder;
        this.lake = Lake.open(new LakeConfig(
                new CatalogConfig(
                        CatalogType.JDBC,
                        "jdbc:sqlite:" + folder.resolve("catalog.db") + "?journal_mode=MEMORY&synchronous=OFF",
                        "file:" + folder.resolve("warehouse"),
                        Map.of()),
                "shop"));
        this.machine = new WorkbenchConfig(
                512 << 20,
                2,
                folder.resolve("spill"),
                1L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index"));
        this.duck = DuckDatabase.open(machine);
        this.workbench = new Workbench(duck, machine);
        this.connection = duck.connect();
        for (String table : tables) {
            rows.put(table, new TreeMap<>());
            places.put(table, new HashMap<>());
            lake.currentTable(definition(table));
            lake.changeLog(definition(table));
        }
    }

    private static TableDefinition definition(String table) {
        return new TableDefinition(
                table,
                new SourceTable(
                        "public." + table,
                        List.of(
                                new SourceColumn("id", "bigint", true),
                                new SourceColumn("ref", "bigint", false),
                                new SourceColumn("name", "text", false),
                                new SourceColumn("price", "numeric(12,2)", false)),
                        List.of("id")),
                List.of("id"),
                List.of(),
                List.of(),
                3);
    }

    /** Inserts or updates a row in the cut under way. */
    public TestLake put(String table, long id, @Nullable Long ref, @Nullable String name, @Nullable String price) {
        Row after = new Row(ref, name, price == null ? null : new BigDecimal(price));
        Row before = known(table).put(id, after);
        change(table, new Change(before == null ? "c" : "u", id, before, after));
        return this;
    }

    /** The next commit leaves old versions of rows where they are. */
    public TestLake forgetOldRows() {
        forgetful = true;
        return this;
    }

    /** Every commit from now on is written at this time, instead of when the source committed it. */
    public TestLake ingestingAt(Instant time) {
        ingestedAt = time;
        return this;
    }

    public TestLake delete(String table, long id) {
        Row before = Objects.requireNonNull(known(table).remove(id));
        change(table, new Change("d", id, before, null));
        return this;
    }

    public TestLake truncate(String table) {
        known(table).clear();
        change(table, new Change("t", 0, null, null));
        return this;
    }

    private TreeMap<Long, Row> known(String table) {
        return Objects.requireNonNull(rows.get(table), table);
    }

    private void change(String table, Change change) {
        pending.computeIfAbsent(table, name -> new ArrayList<>()).add(change);
    }

    /** Lets a table take no part in cuts, whatever they close, until it has changes again. */
    public void stop(String table) {
        stopped.add(table);
    }

    /** Commits a cut: change logs first, then current tables. Closing cuts reach every table that is not stopped. */
    public Cut commit(Instant sourceTime, String... closes) {
        stopped.removeAll(pending.keySet());
        List<String> tables = closes.length > 0
                ? rows.keySet().stream()
                        .filter(table -> !stopped.contains(table))
                        .toList()
                : List.copyOf(pending.keySet());
        long number = last.number() + 1;
        long first = lsn;
        lsn += 100;
        Cut cut = new Cut(
                number,
                lsn,
                sourceTime,
                new SourcePosition(Map.of("t", Long.toString(first))),
                new SourcePosition(Map.of("t", Long.toString(lsn))),
                tables,
                List.of(closes));
        for (String table : tables) {
            List<Change> changes = pending.getOrDefault(table, List.of());
            log(table, changes, cut, first);
        }
        for (String table : tables) {
            apply(table, pending.getOrDefault(table, List.of()), cut);
        }
        pending.clear();
        forgetful = false;
        last = cut;
        return cut;
    }

    private void log(String table, List<Change> changes, Cut cut, long first) {
        Table log = lake.table(TableDefinition.changeLogOf(table));
        List<DataFile> files = new ArrayList<>();
        if (!changes.isEmpty()) {
            String values = "";
            for (int i = 0; i < changes.size(); i++) {
                values += (i == 0 ? "" : ", ") + logged(changes.get(i), cut, first + i);
            }
            String select =
                    "SELECT * FROM (VALUES %s) t(id, ref, name, price, _before, _changed, _op, _lsn, _tx_id, _tx_order, _source_ts, _ingested_at, _cut, _topic, _partition, _offset)"
                            .formatted(values);
            files.addAll(out(log, cut).writePartitioned(connection, "(" + select + ")", "_offset"));
        }
        ChangeLogCommit.append(log, files, cut, CutProperties.applied(log));
    }

    private String logged(Change change, Cut cut, long at) {
        Row after = change.after();
        Row before = change.before();
        boolean truncates = change.operation().equals("t");
        return "(%s, %s, %s, %s, %s, %s, '%s', %d, %d, %d, TIMESTAMPTZ '%s', TIMESTAMPTZ '%s', %d, 't', %d, %d)"
                .formatted(
                        truncates ? "NULL::BIGINT" : change.id() + "::BIGINT",
                        ref(after),
                        name(after),
                        price(after),
                        before == null
                                ? "NULL"
                                : "{'id': %d::BIGINT, 'ref': %s, 'name': %s, 'price': %s}"
                                        .formatted(change.id(), ref(before), name(before), price(before)),
                        before == null || after == null ? "NULL::VARCHAR[]" : changed(before, after),
                        change.operation(),
                        at,
                        700 + cut.number(),
                        at - cut.lsn() + 101,
                        cut.committedAt(),
                        ingestedAt == null ? cut.committedAt() : ingestedAt,
                        cut.number(),
                        truncates ? 1 : change.id() % PARTITIONS,
                        at);
    }

    private static String ref(@Nullable Row row) {
        return (row == null ? null : row.ref()) + "::BIGINT";
    }

    private static String name(@Nullable Row row) {
        String name = row == null ? null : row.name();
        return name == null ? "NULL::VARCHAR" : Sql.literal(name);
    }

    private static String price(@Nullable Row row) {
        return (row == null ? null : row.price()) + "::DECIMAL(12,2)";
    }

    private static String changed(Row before, Row after) {
        List<String> names = new ArrayList<>();
        if (!Objects.equals(before.ref(), after.ref())) {
            names.add("ref");
        }
        if (!Objects.equals(before.name(), after.name())) {
            names.add("name");
        }
        if (!Objects.equals(before.price(), after.price())) {
            names.add("price");
        }
        return "[%s]::VARCHAR[]".formatted(Sql.literals(names));
    }

    private ParquetOut out(Table table, Cut cut) {
        return new ParquetOut(table, "cut-" + cut.number(), FileSettings.of(table), folder.resolve("upload"));
    }

    private void apply(String name, List<Change> changes, Cut cut) {
        Table table = lake.table(name);
        try {
            CurrentTableCommit.commit(table, table.currentSnapshot(), changes(name, table, changes, cut), cut);
        } catch (HeadMovedException e) {
            throw new IllegalStateException(e);
        }
    }

    private RowChanges changes(String name, Table table, List<Change> changes, Cut cut) {
        Map<Long, Place> index = Objects.requireNonNull(places.get(name));
        TreeMap<Long, @Nullable Row> folded = new TreeMap<>();
        List<Place> gone = new ArrayList<>();
        for (Change change : changes) {
            if (change.operation().equals("t")) {
                folded.clear();
                gone.addAll(index.values());
                index.clear();
            } else {
                folded.put(change.id(), change.after());
            }
        }
        folded.keySet().forEach(id -> {
            Place old = index.remove(id);
            if (old != null && !forgetful) {
                gone.add(old);
            }
        });
        TreeMap<Long, Row> living = new TreeMap<>();
        folded.forEach((id, row) -> {
            if (row != null) {
                living.put(id, row);
            }
        });
        List<DataFile> added = write(table, living, cut);
        long position = 0;
        for (Long id : living.keySet()) {
            index.put(id, new Place(added.get(0).location(), position++));
        }
        return withDeletes(table, added, gone);
    }

    private List<DataFile> write(Table table, TreeMap<Long, Row> living, Cut cut) {
        if (living.isEmpty()) {
            return List.of();
        }
        String values = living.entrySet().stream()
                .map(row -> "(%d::BIGINT, %s, %s, %s)"
                        .formatted(row.getKey(), ref(row.getValue()), name(row.getValue()), price(row.getValue())))
                .collect(Collectors.joining(", "));
        return out(table, cut)
                .write(connection, "SELECT * FROM (VALUES %s) t(id, ref, name, price)".formatted(values))
                .stream()
                .toList();
    }

    private static RowChanges withDeletes(Table table, List<DataFile> added, List<Place> gone) {
        if (gone.isEmpty()) {
            return new RowChanges(added, List.of(), List.of(), List.of());
        }
        Map<String, FileScanTask> live = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> live.put(task.file().location(), task));
            BaseDVFileWriter writer = new BaseDVFileWriter(
                    OutputFileFactory.builderFor(table, 0, 0)
                            .format(FileFormat.PUFFIN)
                            .build(),
                    file -> {
                        List<DeleteFile> deletes =
                                Objects.requireNonNull(live.get(file)).deletes();
                        return deletes.isEmpty()
                                ? null
                                : new BaseDeleteLoader(delete -> table.io().newInputFile(delete))
                                        .loadPositionDeletes(deletes, file);
                    });
            try (writer) {
                gone.forEach(place -> writer.delete(place.file(), place.position(), table.spec(), null));
            }
            return new RowChanges(
                    added,
                    List.of(),
                    writer.result().deleteFiles(),
                    writer.result().rewrittenDeleteFiles());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rewrites all live rows of a table into one file, as a compactor does. */
    public void compact(String name) {
        Table table = lake.table(name);
        Snapshot head = table.currentSnapshot();
        List<FileScanTask> old = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(old::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TreeMap<Long, Row> now = known(name);
        List<DataFile> written = write(table, now, last);
        var rewrite = table.newRewrite().validateFromSnapshot(head.snapshotId());
        old.forEach(task -> {
            rewrite.deleteFile(task.file());
            task.deletes().forEach(rewrite::deleteFile);
        });
        written.forEach(rewrite::addFile);
        rewrite.commit();
        Map<Long, Place> index = Objects.requireNonNull(places.get(name));
        long position = 0;
        for (Long id : now.keySet()) {
            index.put(id, new Place(written.get(0).location(), position++));
        }
    }

    public DuckDBConnection connection() {
        return connection;
    }

    /** Returns the last cut that was committed. */
    public Cut last() {
        return last;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        workbench.close();
        duck.close();
        lake.close();
    }
}
