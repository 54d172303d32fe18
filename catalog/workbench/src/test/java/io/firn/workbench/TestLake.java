package io.firn.workbench;

import io.firn.catalog.Lake;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** A lake and a DuckDB in a temporary folder. */
final class TestLake implements AutoCloseable {
    final Lake lake;
    final DuckDatabase duck;
    final Path folder;

    TestLake(Path folder) {
        this(folder, config(folder).memoryBytes());
    }

    TestLake(Path folder, long memoryBytes) {
        this.folder = folder;
        CatalogConfig catalog = new CatalogConfig(
                CatalogType.JDBC,
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "file:" + folder.resolve("warehouse"),
                Map.of());
        this.lake = Lake.open(new LakeConfig(catalog, "test"));
        this.duck = DuckDatabase.open(config(folder).withMemory(memoryBytes));
    }

    static WorkbenchConfig config(Path folder) {
        return new WorkbenchConfig(
                512 << 20,
                2,
                folder.resolve("spill"),
                1L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index"));
    }

    Table table(String name, Schema schema, PartitionSpec spec, int formatVersion) {
        return lake.catalog()
                .createTable(
                        lake.identifier(name), schema, spec, Map.of("format-version", Integer.toString(formatVersion)));
    }

    ParquetOut out(Table table) {
        return new ParquetOut(table, "test", FileSettings.of(table), folder.resolve("upload"));
    }

    static void append(Table table, Iterable<DataFile> files) {
        var append = table.newAppend();
        files.forEach(append::appendFile);
        append.commit();
    }

    static List<Record> generics(Table table) throws IOException {
        try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
            List<Record> rows = new ArrayList<>();
            records.forEach(row -> rows.add(only(table.schema(), row)));
            return rows;
        }
    }

    /** Iceberg appends the position where a file has deletes. */
    private static Record only(Schema schema, Record row) {
        Record copy = GenericRecord.create(schema);
        schema.columns().forEach(column -> copy.setField(column.name(), row.getField(column.name())));
        return copy;
    }

    /** Returns every row's values as DuckDB's text, separated by {@code |}. */
    static List<String> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    values.add(String.valueOf(rows.getString(i)));
                }
                texts.add(String.join("|", values));
            }
            return texts;
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        duck.close();
        lake.close();
    }
}
