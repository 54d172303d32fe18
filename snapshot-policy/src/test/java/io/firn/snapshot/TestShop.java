package io.firn.snapshot;

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
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A lake that a small writer keeps: tables of (id, name, price) with change logs, cuts that reach all of them, days
 * that close. Knows what every table held after every cut.
 */
public final class TestShop implements AutoCloseable {
    private static final int PARTITIONS = 3;
    public static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** A row of any table. */
    public record Row(String name, BigDecimal price) {}

    record Change(
            String operation,
            long id,
            @Nullable Row before,
            @Nullable Row after) {

        /** Changes of a row are in one partition of the topic, a truncate is in any. */
        int partition() {
            return (int) (id % PARTITIONS);
        }

        /** The columns that an update altered. */
        List<String> changed() {
            List<String> names = new ArrayList<>();
            if (before != null && after != null && !before.name().equals(after.name())) {
                names.add("name");
            }
            if (before != null && after != null && before.price().compareTo(after.price()) != 0) {
                names.add("price");
            }
            return names;
        }
    }

    private record Place(String file, long position) {}

    public final Lake lake;
    public final DuckDatabase duck;
    public final Workbench workbench;
    public final WorkbenchConfig machine;
    public final Map<String, TreeMap<Long, Row>> rows = new LinkedHashMap<>();
    public final Map<String, TreeMap<Long, TreeMap<Long, Row>>> history = new HashMap<>();
    private final Map<String, List<Change>> pending = new LinkedHashMap<>();
    private final Map<String, Map<Long, Place>> places = new HashMap<>();
    private final Map<String, Table> open = new HashMap<>();
    private final Map<String, LiveVectors> vectors = new HashMap<>();
    private final Set<String> stopped = new HashSet<>();
    private final DuckDBConnection connection;
    private CutFiles files;
    private Cut last = Cut.NONE;
    private long lsn = 1000;

    public TestShop(Path folder, String... tables) {
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
        this.files = new DuckFiles(connection, folder.resolve("upload"));
        for (String table : tables) {
            rows.put(table, new TreeMap<>());
            history.put(table, new TreeMap<>());
            places.put(table, new HashMap<>());
            lake.currentTable(definition(table));
            lake.changeLog(definition(table));
        }
    }

    /** Cuts of a dozen rows are written several times as fast from now on, but not as the product would. */
    public TestShop writeSmallFiles() {
        files = new SmallFiles();
        return this;
    }

    /** The same shop, whose folder was brought back to what it was when {@code state} was left. */
    public TestShop(Path folder, TestShop state) {
        this(folder, state.rows.keySet().toArray(new String[0]));
        state.rows.forEach((table, known) -> rows.put(table, new TreeMap<>(known)));
        state.history.forEach((table, known) -> history.put(table, new TreeMap<>(known)));
        state.places.forEach((table, known) -> places.put(table, new HashMap<>(known)));
        last = state.last;
        lsn = state.lsn;
    }

    /** Replaces a folder by a copy of another. */
    public static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> old = Files.walk(to)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    public static SnapshotsConfig snapshots() {
        return new SnapshotsConfig(BERLIN, SnapshotsConfig.DayClose.TIME, Period.ofMonths(24));
    }

    private static TableDefinition definition(String table) {
        return new TableDefinition(
                table,
                new SourceTable(
                        "public." + table,
                        List.of(
                                new SourceColumn("id", "bigint", true),
                                new SourceColumn("name", "text", false),
                                new SourceColumn("price", "numeric(12,2)", false)),
                        List.of("id")),
                List.of("id"),
                List.of(),
                List.of(),
                3);
    }

    /** Inserts or updates a row in the cut under way. */
    public TestShop put(String table, long id, String name, String price) {
        Row after = new Row(name, new BigDecimal(price));
        Row before = known(table).put(id, after);
        change(table, new Change(before == null ? "c" : "u", id, before, after));
        return this;
    }

    public TestShop delete(String table, long id) {
        Row before = Objects.requireNonNull(known(table).remove(id));
        change(table, new Change("d", id, before, null));
        return this;
    }

    public TestShop truncate(String table) {
        known(table).clear();
        change(table, new Change("t", 1, null, null));
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
        last = cut;
        rows.forEach((table, now) -> Objects.requireNonNull(history.get(table)).put(number, new TreeMap<>(now)));
        return cut;
    }

    private void log(String table, List<Change> changes, Cut cut, long first) {
        Table log = written(TableDefinition.changeLogOf(table));
        List<DataFile> written = changes.isEmpty() ? List.of() : files.changes(log, changes, cut, first);
        ChangeLogCommit.append(log, written, cut, CutProperties.applied(log));
    }

    /** Opened once, as a writer does it, and seen as it is now. */
    private Table written(String name) {
        Table table = open.computeIfAbsent(name, lake::table);
        table.refresh();
        return table;
    }

    private void apply(String name, List<Change> changes, Cut cut) {
        Table table = written(name);
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
            if (old != null) {
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
        return living.isEmpty() ? List.of() : files.rows(table, living, cut);
    }

    private RowChanges withDeletes(Table table, List<DataFile> added, List<Place> gone) {
        if (gone.isEmpty()) {
            return new RowChanges(added, List.of(), List.of(), List.of());
        }
        LiveVectors live = vectors.computeIfAbsent(table.name(), name -> new LiveVectors());
        live.see(table);
        BaseDVFileWriter writer = new BaseDVFileWriter(
                OutputFileFactory.builderFor(table, 0, 0)
                        .format(FileFormat.PUFFIN)
                        .build(),
                file -> {
                    DeleteFile old = live.of(file);
                    return old == null
                            ? null
                            : new BaseDeleteLoader(delete -> table.io().newInputFile(delete))
                                    .loadPositionDeletes(List.of(old), file);
                });
        try (writer) {
            gone.forEach(place -> writer.delete(place.file(), place.position(), table.spec(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RowChanges(
                added, List.of(), writer.result().deleteFiles(), writer.result().rewrittenDeleteFiles());
    }

    /** Rewrites all live rows of a table into one file, as a compactor does. */
    public void compact(String name) {
        Table table = written(name);
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

    /** Returns what a table holds now. */
    public TreeMap<Long, Row> rows(String table) {
        return known(table);
    }

    /** Returns what a table held after a cut. */
    public TreeMap<Long, Row> held(String table, long cut) {
        return Objects.requireNonNull(
                Objects.requireNonNull(history.get(table), table).get(cut));
    }

    /** Forgets what tables held after every cut. */
    public void forget() {
        history.values().forEach(Map::clear);
    }

    /** Returns the snapshot that a tag of a table names. */
    public long tagged(String table, String tag) {
        return Objects.requireNonNull(lake.table(table).refs().get(tag), tag).snapshotId();
    }

    /** Returns a table's rows at a snapshot as Iceberg's own reader sees them. */
    public static TreeMap<Long, Row> read(Table table, long snapshotId) {
        TreeMap<Long, Row> found = new TreeMap<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).useSnapshot(snapshotId).build()) {
            records.forEach(record ->
                    found.put((Long) record.getField("id"), new Row((String) record.getField("name"), (BigDecimal)
                            record.getField("price"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Returns every row of a query as DuckDB's texts, separated by {@code |}. */
    public List<String> query(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    values.add(String.valueOf(found.getString(i)));
                }
                texts.add(String.join("|", values));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
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
