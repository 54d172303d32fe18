package io.firn.engine.ingest;

import io.firn.catalog.Lake;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** A small lake of one database, written again and again and asked by SQL. */
final class SymptomsLake implements AutoCloseable {
    final MemorySource source = new MemorySource();
    final FakePostgres postgres = new FakePostgres(source, SmallLake.PREFIX);
    final Lake lake;
    final SmallLake small;
    final DuckDatabase database;
    private final List<DuckDatabase> elsewhere = new ArrayList<>();

    private SymptomsLake(SmallLake small) {
        this.small = small;
        this.lake = small.open();
        this.database = DuckDatabase.open(small.config.workbench());
    }

    static SymptomsLake in(Path folder) throws IOException {
        return new SymptomsLake(new SmallLake(folder, 3));
    }

    /** A lake whose configuration says {@code now} where it would say {@code otherwise}. */
    static SymptomsLake in(Path folder, String otherwise, String now) throws IOException {
        new SmallLake(folder, 3);
        Path file = folder.resolve("firn.yaml");
        String changed = Files.readString(file).replace(otherwise, now);
        if (!changed.contains(now)) {
            throw new AssertionError(otherwise + " is not in the configuration");
        }
        Files.writeString(file, changed);
        return new SymptomsLake(new SmallLake(folder, file));
    }

    Ingest writer(MemorySource from, IngestListener listener) {
        return new Ingest(small.setup(lake, database, from, name -> new MemoryKeyStore(), listener));
    }

    /** A writer in what would be another process. */
    Ingest writerElsewhere(MemorySource from) {
        DuckDatabase other = DuckDatabase.open(small.config.workbench());
        elsewhere.add(other);
        return new Ingest(small.setup(lake, other, from, name -> new MemoryKeyStore(), IngestListener.NONE));
    }

    void ingest() {
        ingest(IngestListener.NONE);
    }

    void ingest(IngestListener listener) {
        try (Ingest ingest = writer(source, listener)) {
            ingest.runUntilCaughtUp();
        }
    }

    TreeMap<Long, FakePostgres.Row> rows(String table) throws IOException {
        return SmallLake.rows(lake.table(table), null);
    }

    /** @return how often each operation of Iceberg's is in a table's history, claims of its log left out */
    List<String> operations(String table) {
        List<String> operations = new ArrayList<>();
        for (Snapshot snapshot : lake.table(table).snapshots()) {
            boolean isClaim = snapshot.operation().equals(DataOperations.APPEND)
                    && snapshot.summary().getOrDefault("added-data-files", "0").equals("0");
            if (!isClaim) {
                operations.add(snapshot.operation());
            }
        }
        return operations;
    }

    /** @return the sum of a number in the summaries of a table's commits */
    long summed(String table, String property) {
        long sum = 0;
        for (Snapshot snapshot : lake.table(table).snapshots()) {
            sum += Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
        }
        return sum;
    }

    /** @return the rows of a query of {@code t}, which is the table with its rows' ids, each as text */
    List<String> query(String table, String sql) throws SQLException {
        Table read = lake.table(table);
        List<String> rows = new ArrayList<>();
        try (Workbench workbench = new Workbench(database, small.config.workbench());
                DuckDBConnection connection = database.connect();
                TableView view = workbench.view(
                        connection,
                        "t",
                        Scan.of(read, read.currentSnapshot().snapshotId()).with(Scan.ROW_ID));
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql.replace("$t", view.name()))) {
            while (found.next()) {
                StringJoiner row = new StringJoiner(" ");
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(found.getObject(i)));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    @Override
    public void close() {
        database.close();
        elsewhere.forEach(DuckDatabase::close);
        lake.close();
    }
}
