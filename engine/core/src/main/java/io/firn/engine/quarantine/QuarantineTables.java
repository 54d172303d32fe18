package io.firn.engine.quarantine;

import io.firn.catalog.Lake;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Types;

/** The two tables of the quarantine: what was set aside, and what became of it. Both only grow. */
final class QuarantineTables {
    static final String ACTIONS = "firn_quarantine_log";

    static final Schema RECORDS = new Schema(
            Types.NestedField.required(1, "table_name", Types.StringType.get()),
            Types.NestedField.required(2, "reason", Types.StringType.get()),
            Types.NestedField.required(3, "topic", Types.StringType.get()),
            Types.NestedField.required(4, "partition", Types.IntegerType.get()),
            Types.NestedField.required(5, "offset", Types.LongType.get()),
            Types.NestedField.optional(6, "lsn", Types.LongType.get()),
            Types.NestedField.optional(7, "record_key", Types.BinaryType.get()),
            Types.NestedField.optional(8, "record_value", Types.BinaryType.get()),
            Types.NestedField.required(9, "quarantined_at", Types.TimestampType.withZone()),
            Types.NestedField.required(10, "cut", Types.LongType.get()));

    static final Schema LOG = new Schema(
            Types.NestedField.required(1, "table_name", Types.StringType.get()),
            Types.NestedField.required(2, "topic", Types.StringType.get()),
            Types.NestedField.required(3, "partition", Types.IntegerType.get()),
            Types.NestedField.required(4, "offset", Types.LongType.get()),
            Types.NestedField.required(5, "cut", Types.LongType.get()),
            Types.NestedField.required(6, "action", Types.StringType.get()),
            Types.NestedField.optional(7, "detail", Types.StringType.get()),
            Types.NestedField.required(8, "acted_at", Types.TimestampType.withZone()),
            Types.NestedField.required(9, "actor", Types.StringType.get()));

    private QuarantineTables() {}

    static Table create(Lake lake, String name, Schema schema) {
        try {
            return lake.catalog()
                    .createTable(
                            lake.identifier(name),
                            schema,
                            PartitionSpec.unpartitioned(),
                            Map.of("format-version", "3", "write.parquet.compression-codec", "zstd"));
        } catch (AlreadyExistsException e) {
            return lake.table(name);
        }
    }
}
