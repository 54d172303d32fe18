package io.firn.bench.dq;

import static java.util.Objects.requireNonNull;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
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
import io.firn.dq.expect.KeyHints;
import io.firn.engine.index.IndexHints;
import io.firn.engine.index.KeyGlance;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.index.RocksKeyStore;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.duckdb.DuckDBConnection;

/** A table with keys 0, 1, 2, … in order, in files of some million rows; each row refers to one of the same table. */
final class BigTable implements AutoCloseable {
    private static final long ROWS_IN_A_FILE = 5_000_000;

    private final Path folder;
    private final long rows;
    private final Lake lake;
    private final DuckDatabase duck;
    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final List<String> locations = new ArrayList<>();
    private final CachedFiles files;
    /** The file with the rows that were changed first. */
    private String moved = "";

    private Cut last = Cut.NONE;

    BigTable(Path folder, long rows) {
        this.folder = folder;
        this.rows = rows;
        lake = Lake.open(new LakeConfig(
                new CatalogConfig(
                        CatalogType.JDBC,
                        "jdbc:sqlite:" + folder.resolve("catalog.db"),
                        "file:" + folder.resolve("warehouse"),
                        Map.of()),
                "bench"));
        WorkbenchConfig config = new WorkbenchConfig(
                3L << 30,
                2,
                folder.resolve("spill"),
                20L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index"));
        duck = DuckDatabase.open(config);
        workbench = new Workbench(duck, config);
        files = new CachedFiles(config);
        connection = duck.connect();
        TableDefinition definition = new TableDefinition(
                "item",
                new SourceTable(
                        "public.item",
                        List.of(
                                new SourceColumn("id", "bigint", true),
                                new SourceColumn("ref", "bigint", false),
                                new SourceColumn("state", "text", false),
                                new SourceColumn("price", "numeric(12,2)", false)),
                        List.of("id")),
                List.of("id"),
                List.of(),
                List.of(),
                3);
        lake.currentTable(definition);
        lake.changeLog(definition);
    }

    long rows() {
        return rows;
    }

    Workbench workbench() {
        return workbench;
    }

    Table table() {
        return lake.table("item");
    }

    Table log() {
        return lake.table("item_changes");
    }

    void load() throws Exception {
        List<DataFile> added = new ArrayList<>();
        for (long first = 0; first < rows; first += ROWS_IN_A_FILE) {
            added.add(out(table())
                    .write(
                            connection,
                            select("range(%d, %d)".formatted(first, Math.min(rows, first + ROWS_IN_A_FILE)), 7919))
                    .orElseThrow());
        }
        added.forEach(file -> locations.add(file.location()));
        commit(new RowChanges(added, List.of(), List.of(), List.of()), List.of());
    }

    private String select(String ids, long step) {
        return ("SELECT i AS id, i * %d %% %d AS ref, CASE WHEN i %% 2 = 0 THEN 'new' ELSE 'old' END AS state,"
                        + " (i %% 10000)::DECIMAL(12,2) AS price FROM %s t(i)")
                .formatted(step, rows, ids);
    }

    private ParquetOut out(Table table) {
        return new ParquetOut(table, "bench", FileSettings.of(table), folder.resolve("upload"));
    }

    private void commit(RowChanges changes, List<DataFile> logged) throws Exception {
        Cut cut = new Cut(
                last.number() + 1,
                last.lsn() + 100,
                Instant.now(),
                SourcePosition.EMPTY,
                new SourcePosition(Map.of("t", Long.toString(last.number()))),
                List.of("item"),
                List.of());
        ChangeLogCommit.append(log(), logged, cut, CutProperties.applied(log()));
        Table table = table();
        CurrentTableCommit.commit(table, table.currentSnapshot(), changes, cut);
        last = cut;
    }

    /** Lets the index of a writer follow the table. */
    void index() {
        Table table = table();
        try (KeyIndex index = new KeyIndex(
                RocksKeyStore.open(folder.resolve("index").resolve("item")),
                table,
                List.of(table.schema().findField("id")),
                connection,
                files)) {
            index.synchronise(table);
        }
    }

    KeyHints hints() {
        return new IndexHints(name -> KeyGlance.open(folder.resolve("index").resolve(name), folder.resolve("glance")));
    }

    /** Updates rows: they refer to others then. */
    void change(ChecksBench.Spread spread) throws Exception {
        long step = spread == ChecksBench.Spread.TOGETHER ? 1 : rows / ChecksBench.CHANGES;
        long first = spread == ChecksBench.Spread.TOGETHER ? rows / 2 : 0;
        String ids = "range(%d, %d, %d)".formatted(first, first + step * ChecksBench.CHANGES, step);
        long refs = spread == ChecksBench.Spread.TOGETHER ? 1 : 104_729;
        String changed = select(ids, refs);
        DataFile added = out(table()).write(connection, changed).orElseThrow();
        String log = """
                SELECT *, NULL AS _before, ['ref'] AS _changed, 'u' AS _op, %1$d::BIGINT AS _lsn, 1::BIGINT AS _tx_id,
                  1::BIGINT AS _tx_order, now() AS _source_ts, now() AS _ingested_at, %2$d::BIGINT AS _cut, 't' AS _topic,
                  0 AS _partition, id AS _offset
                FROM (%3$s)""".formatted(last.lsn() + 1, last.number() + 1, changed);
        List<DataFile> logged = out(log()).writePartitioned(connection, "(" + log + ")", "id");
        long[] gone = LongStream.range(0, ChecksBench.CHANGES)
                .map(i -> first + i * step)
                .toArray();
        commit(deleted(added, gone), logged);
    }

    private RowChanges deleted(DataFile added, long[] gone) throws Exception {
        Table table = table();
        Map<String, FileScanTask> live = new HashMap<>();
        try (var tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> live.put(task.file().location(), task));
        }
        BaseDVFileWriter writer = new BaseDVFileWriter(
                OutputFileFactory.builderFor(table, 0, 0)
                        .format(FileFormat.PUFFIN)
                        .build(),
                file -> {
                    List<DeleteFile> deletes = requireNonNull(live.get(file)).deletes();
                    return deletes.isEmpty()
                            ? null
                            : new BaseDeleteLoader(delete -> table.io().newInputFile(delete))
                                    .loadPositionDeletes(deletes, file);
                });
        try (writer) {
            for (long id : gone) {
                boolean wasMoved = last.number() > 1 && id >= rows / 2 && id < rows / 2 + ChecksBench.CHANGES;
                if (wasMoved) {
                    writer.delete(moved, id - rows / 2, table.spec(), null);
                } else {
                    writer.delete(locations.get((int) (id / ROWS_IN_A_FILE)), id % ROWS_IN_A_FILE, table.spec(), null);
                }
            }
        }
        moved = added.location();
        return new RowChanges(
                List.of(added),
                List.of(),
                writer.result().deleteFiles(),
                writer.result().rewrittenDeleteFiles());
    }

    @Override
    public void close() throws Exception {
        connection.close();
        files.close();
        workbench.close();
        duck.close();
        lake.close();
    }
}
