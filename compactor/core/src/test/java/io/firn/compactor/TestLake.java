package io.firn.compactor;

import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.plan.PlanRules;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** A lake and a DuckDB in a temporary folder. */
public final class TestLake implements AutoCloseable {
    public static final Schema PRODUCT = new Schema(
            List.of(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.optional(2, "name", Types.StringType.get()),
                    Types.NestedField.optional(3, "price", Types.DecimalType.of(12, 2)),
                    Types.NestedField.optional(4, "tags", Types.ListType.ofOptional(5, Types.StringType.get())),
                    Types.NestedField.optional(6, "category", Types.IntegerType.get())),
            Set.of(1));

    final Lake lake;
    final DuckDatabase duck;
    final WorkbenchConfig config;

    public TestLake(Path folder) {
        CatalogConfig catalog = new CatalogConfig(
                CatalogType.JDBC,
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "file:" + folder.resolve("warehouse"),
                Map.of());
        this.lake = Lake.open(new LakeConfig(catalog, "test"));
        this.config = new WorkbenchConfig(
                512 << 20,
                2,
                folder.resolve("spill"),
                1L << 30,
                folder.resolve("cache"),
                1L << 30,
                folder.resolve("index"));
        this.duck = DuckDatabase.open(config);
    }

    /** Makes a table of products sorted by id. */
    public Table table(String name, PartitionSpec spec, int formatVersion) {
        return lake.catalog()
                .buildTable(lake.identifier(name), PRODUCT)
                .withPartitionSpec(spec)
                .withSortOrder(SortOrder.builderFor(PRODUCT).asc("id").build())
                .withProperty("format-version", Integer.toString(formatVersion))
                .withProperty("commit.retry.num-retries", "20")
                .withProperty("commit.retry.min-wait-ms", "20")
                .create();
    }

    Table reload(Table table) {
        String name = table.name();
        return lake.table(name.substring(name.lastIndexOf('.') + 1));
    }

    public Compaction compaction(long targetBytes) {
        return Compaction.open(PlanRules.forTarget(targetBytes), config);
    }

    /**
     * Returns all rows with their lineage as Iceberg's own reader sees them, in no order worth mentioning but sorted.
     */
    public static List<String> rows(Table table, long snapshotId) {
        List<NestedField> columns = new ArrayList<>(table.schema().columns());
        if (TableUtil.formatVersion(table) >= 3) {
            columns.add(MetadataColumns.ROW_ID);
            columns.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
        }
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .useSnapshot(snapshotId)
                .project(new Schema(columns))
                .build()) {
            List<String> rows = new ArrayList<>();
            // the reader leaves columns in that it needed for deletes
            records.forEach(record -> rows.add(columns.stream()
                    .map(column -> String.valueOf(record.getField(column.name())))
                    .collect(Collectors.joining("|"))));
            rows.sort(null);
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<String> rows(Table table) {
        table.refresh();
        return rows(table, table.currentSnapshot().snapshotId());
    }

    public static List<FileScanTask> files(Table table) {
        table.refresh();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            List<FileScanTask> files = new ArrayList<>();
            tasks.forEach(files::add);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Data and delete files in the warehouse that no snapshot has. */
    List<String> orphans(Table table) {
        table.refresh();
        Set<String> known = table.snapshots().iterator().hasNext() ? known(table) : Set.of();
        try (Stream<Path> files = Files.walk(LocalFileIO.path(table.location()).resolve("data"))) {
            return files.filter(Files::isRegularFile)
                    .map(path -> "file:" + path)
                    .filter(path -> !known.contains(path))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> known(Table table) {
        List<String> known = new ArrayList<>();
        for (Snapshot snapshot : table.snapshots()) {
            try (var tasks = table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
                for (FileScanTask task : tasks) {
                    known.add(task.file().location());
                    task.deletes().forEach(delete -> known.add(delete.location()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return known.stream().collect(Collectors.toSet());
    }

    @Override
    public void close() {
        duck.close();
        lake.close();
    }
}
