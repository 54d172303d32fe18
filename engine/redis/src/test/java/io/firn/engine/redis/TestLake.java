package io.firn.engine.redis;

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
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A lake with one table of products and its change log, written by hand: the log gets a cut at a time, and the current
 * table is the fold of it.
 */
final class TestLake implements AutoCloseable {
    static final TableDefinition PRODUCT = table("product");

    private static TableDefinition table(String name) {
        return new TableDefinition(
                name,
                new SourceTable(
                        "public." + name,
                        List.of(
                                new SourceColumn("product_id", "bigint", true),
                                new SourceColumn("name", "text", false),
                                new SourceColumn("price", "numeric(12,2)", false)),
                        List.of("product_id")),
                List.of("product_id"),
                List.of(),
                List.of(),
                3);
    }

    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    final Lake lake;
    final DuckDatabase duck;
    final Workbench workbench;
    final Map<Long, Row> rows = new TreeMap<>();
    private final Path folder;
    private final String name;
    private final Table current;
    private final Table log;
    private long cuts;
    private long lsn = 1_000;

    TestLake(Path folder) {
        this.folder = folder;
        this.name = PRODUCT.name();
        CatalogConfig catalog = new CatalogConfig(
                CatalogType.JDBC,
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "file:" + folder.resolve("warehouse"),
                Map.of());
        lake = Lake.open(new LakeConfig(catalog, "shop"));
        WorkbenchConfig limits = new WorkbenchConfig(
                256 << 20,
                2,
                folder.resolve("spill"),
                1L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index"));
        duck = DuckDatabase.open(limits);
        workbench = new Workbench(duck, limits);
        current = lake.currentTable(PRODUCT);
        log = lake.changeLog(PRODUCT);
    }

    private TestLake(TestLake other, String name) {
        this.folder = other.folder;
        this.name = name;
        this.lake = other.lake;
        this.duck = other.duck;
        this.workbench = other.workbench;
        this.current = lake.currentTable(table(name));
        this.log = lake.changeLog(table(name));
    }

    /** Returns another table of the same columns in the same lake. */
    TestLake sibling(String table) {
        return new TestLake(this, table);
    }

    record Row(long id, @Nullable String name, @Nullable String price) {
        /** Returns what a client of Redis reads. */
        Map<String, String> fields() {
            Map<String, String> fields = new TreeMap<>(Map.of("product_id", Long.toString(id)));
            if (name != null) {
                fields.put("name", name);
            }
            if (price != null) {
                fields.put("price", price);
            }
            return fields;
        }
    }

    /** Returns the next change of a row. */
    Change put(long id, @Nullable String name, @Nullable String price) {
        return new Change(rows.containsKey(id) ? 'u' : 'c', new Row(id, name, price), lsn++);
    }

    /** Returns the deletion of a row. */
    Change delete(long id) {
        return new Change('d', new Row(id, null, null), lsn++);
    }

    /** Returns the deletion of all rows. */
    Change truncate() {
        return new Change('t', null, lsn++);
    }

    record Change(char operation, @Nullable Row row, long lsn) {}

    /** Appends a cut to the log and applies it to the current table. */
    long commit(Change... changes) {
        long cut = log(changes);
        applyAll();
        return cut;
    }

    /** Appends a cut to the log only. */
    long log(Change... changes) {
        Cut before = CutProperties.applied(log);
        cuts = before.number() + 1;
        List<DataFile> files = write(log, logSelect(List.of(changes)));
        ChangeLogCommit.append(log, files, cut(cuts), before);
        for (Change change : changes) {
            apply(change);
        }
        return cuts;
    }

    private void apply(Change change) {
        Row row = change.row();
        if (row == null) {
            rows.clear();
        } else if (change.operation() == 'd') {
            rows.remove(row.id());
        } else {
            rows.put(row.id(), row);
        }
    }

    /** Makes the current table the fold of the whole log. */
    void applyAll() {
        try {
            current.refresh();
            List<DataFile> old = new ArrayList<>();
            try (var files = current.newScan().planFiles()) {
                for (FileScanTask file : files) {
                    old.add(file.file());
                }
            }
            List<DataFile> files = rows.isEmpty() ? List.of() : write(current, values());
            CurrentTableCommit.commit(
                    current, current.currentSnapshot(), new RowChanges(files, old, List.of(), List.of()), cut(cuts));
        } catch (HeadMovedException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Cut cut(long number) {
        return new Cut(
                number,
                lsn - 1,
                START.plusSeconds(number),
                SourcePosition.EMPTY,
                SourcePosition.EMPTY,
                List.of(name),
                List.of());
    }

    private List<DataFile> write(Table table, String select) {
        ParquetOut out = new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"));
        try (DuckDBConnection connection = duck.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE written AS " + select);
            return out.writePartitioned(connection, "written", null);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String logSelect(List<Change> changes) {
        return changes.stream().map(this::logValues).collect(Collectors.joining(" UNION ALL "));
    }

    private String logValues(Change change) {
        Row row = change.operation() == 'd' ? null : change.row();
        return ("SELECT %s AS product_id, %s AS name, %s AS price, '%s' AS _op, %d::BIGINT AS _lsn,"
                        + " TIMESTAMPTZ '%s' AS _source_ts, TIMESTAMPTZ '%s' AS _ingested_at, %d::BIGINT AS _cut,"
                        + " 'product' AS _topic, 0 AS _partition, %d::BIGINT AS _offset, %s AS _before")
                .formatted(
                        row == null ? "NULL::BIGINT" : row.id() + "::BIGINT",
                        text(row == null ? null : row.name()),
                        price(row == null ? null : row.price()),
                        change.operation(),
                        change.lsn(),
                        START.plusSeconds(cuts),
                        START.plusSeconds(cuts),
                        cuts,
                        change.lsn(),
                        before(change));
    }

    /** A deleted row's key stands only in the row before, as sources may send it. */
    private static String before(Change change) {
        Row row = change.operation() == 'd' ? change.row() : null;
        String before = row == null ? "NULL" : "{'product_id': %d, 'name': NULL, 'price': NULL}".formatted(row.id());
        return before + "::STRUCT(product_id BIGINT, name VARCHAR, price DECIMAL(12,2))";
    }

    private String values() {
        return rows.values().stream()
                .map(row -> "SELECT %d::BIGINT AS product_id, %s AS name, %s AS price"
                        .formatted(row.id(), text(row.name()), price(row.price())))
                .collect(Collectors.joining(" UNION ALL "));
    }

    private static String text(@Nullable String value) {
        return (value == null ? "NULL" : Sql.literal(value)) + "::VARCHAR";
    }

    private static String price(@Nullable String value) {
        return (value == null ? "NULL" : value) + "::DECIMAL(12,2)";
    }

    /** Returns what Redis should hold, by key. */
    Map<String, Map<String, String>> expected(String prefix) {
        Map<String, Map<String, String>> expected = new TreeMap<>();
        rows.values().forEach(row -> expected.put(prefix + row.id(), row.fields()));
        return expected;
    }

    Table current() {
        return current;
    }

    Table log() {
        return log;
    }

    @Override
    public void close() {
        workbench.close();
        duck.close();
        lake.close();
    }
}
