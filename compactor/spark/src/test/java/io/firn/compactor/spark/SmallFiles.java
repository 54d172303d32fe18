package io.firn.compactor.spark;

import io.firn.catalog.Lake;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.Digest;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;

/** A table with three small files in each of four partitions, whose keys overlap. */
final class SmallFiles {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "category", Types.IntegerType.get()));

    private SmallFiles() {}

    /** Makes the table; its files are written in {@code folder} when the lake is not on a local disk. */
    static Table product(Lake lake, WorkbenchConfig workbench, Path folder) throws Exception {
        Table table = lake.catalog()
                .buildTable(lake.identifier("product"), SCHEMA)
                .withPartitionSpec(
                        PartitionSpec.builderFor(SCHEMA).identity("category").build())
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                .withProperty("format-version", "3")
                .create();
        try (DuckDatabase duck = DuckDatabase.open(workbench);
                DuckDBConnection connection = duck.connect()) {
            ParquetOut out = new ParquetOut(table, "test", FileSettings.of(table), folder);
            var append = table.newAppend();
            for (int i = 0; i < 3; i++) {
                out.writePartitioned(
                                connection,
                                "(SELECT 3 * i + %d AS id, 'name ' || i AS name, (i %% 4)::INTEGER AS category FROM range(4000) t(i))"
                                        .formatted(i),
                                null)
                        .forEach(append::appendFile);
            }
            append.commit();
        }
        return table;
    }

    /** What all rows of the current snapshot amount to. */
    static Digest digest(Table table, WorkbenchConfig config) {
        try (DuckDatabase duck = DuckDatabase.open(config);
                Workbench workbench = new Workbench(duck, config)) {
            return workbench.digest(Scan.of(table, table.currentSnapshot().snapshotId()));
        }
    }
}
