package io.firn.dq.result;

import io.firn.catalog.Lake;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Types;

/** The table that results are in. Others read it: columns may be added, and none changes or goes. */
final class ResultSchema {
    static final Schema COLUMNS = new Schema(
            Types.NestedField.required(1, "run_id", Types.StringType.get()),
            Types.NestedField.required(2, "table_name", Types.StringType.get()),
            Types.NestedField.required(3, "expectation", Types.StringType.get()),
            Types.NestedField.required(4, "kind", Types.StringType.get()),
            Types.NestedField.required(5, "severity", Types.StringType.get()),
            Types.NestedField.optional(6, "snapshot_id", Types.LongType.get()),
            Types.NestedField.required(7, "cut", Types.LongType.get()),
            Types.NestedField.required(8, "day", Types.DateType.get()),
            Types.NestedField.required(9, "moment", Types.StringType.get()),
            Types.NestedField.required(10, "verdict", Types.StringType.get()),
            Types.NestedField.optional(11, "measured", Types.DoubleType.get()),
            Types.NestedField.optional(12, "threshold", Types.DoubleType.get()),
            Types.NestedField.required(13, "detail", Types.StringType.get()),
            Types.NestedField.required(14, "failing", Types.LongType.get()),
            Types.NestedField.required(15, "sample", Types.StringType.get()),
            Types.NestedField.required(16, "scope", Types.StringType.get()),
            Types.NestedField.optional(17, "state", Types.StringType.get()),
            Types.NestedField.required(18, "took_ms", Types.LongType.get()),
            Types.NestedField.required(19, "checked_at", Types.TimestampType.withZone()),
            Types.NestedField.required(20, "alerted", Types.BooleanType.get()));

    /** The same as DuckDB has them. */
    static final String DUCKDB = """
            run_id VARCHAR, table_name VARCHAR, expectation VARCHAR, kind VARCHAR, severity VARCHAR, snapshot_id BIGINT,
            cut BIGINT, day DATE, moment VARCHAR, verdict VARCHAR, measured DOUBLE, threshold DOUBLE, detail VARCHAR,
            failing BIGINT, sample VARCHAR, scope VARCHAR, state VARCHAR, took_ms BIGINT, checked_at TIMESTAMPTZ,
            alerted BOOLEAN""";

    private ResultSchema() {}

    static Table openOrMake(Lake lake) {
        return lake.find(ResultTable.NAME).orElseGet(() -> make(lake));
    }

    private static Table make(Lake lake) {
        try {
            return lake.catalog()
                    .createTable(
                            lake.identifier(ResultTable.NAME),
                            COLUMNS,
                            PartitionSpec.unpartitioned(),
                            Map.of(
                                    "format-version", "2",
                                    "write.parquet.compression-codec", "zstd",
                                    "write.metadata.compression-codec", "gzip",
                                    "write.metadata.delete-after-commit.enabled", "true",
                                    "write.metadata.previous-versions-max", "20",
                                    "commit.retry.num-retries", "20"));
        } catch (AlreadyExistsException e) {
            return lake.table(ResultTable.NAME);
        }
    }
}
