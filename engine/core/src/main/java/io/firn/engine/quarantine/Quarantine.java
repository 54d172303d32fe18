package io.firn.engine.quarantine;

import io.firn.catalog.ChangeLogCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The table of records that could not be written. A cut's rejected records are committed before its changes are, so
 * that nothing is acknowledged that is in neither.
 */
public final class Quarantine {
    /** The table's name in the lake. */
    public static final String TABLE = "firn_quarantine";

    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "table_name", Types.StringType.get()),
            Types.NestedField.required(2, "reason", Types.StringType.get()),
            Types.NestedField.required(3, "topic", Types.StringType.get()),
            Types.NestedField.required(4, "partition", Types.IntegerType.get()),
            Types.NestedField.required(5, "offset", Types.LongType.get()),
            Types.NestedField.optional(6, "record_key", Types.BinaryType.get()),
            Types.NestedField.optional(7, "record_value", Types.BinaryType.get()),
            Types.NestedField.required(8, "quarantined_at", Types.TimestampType.withZone()),
            Types.NestedField.required(9, "cut", Types.LongType.get()));

    private record Rejected(String table, String reason, SourceRecord record) {}

    private final Lake lake;
    private final DuckDBConnection connection;
    private final Path temporary;
    private final Clock clock;
    private final List<Rejected> rejected = new ArrayList<>();
    private final Map<String, Long> counts = new HashMap<>();
    private @Nullable Table table;

    /** @param temporary where files wait that go to a store other than the local disk */
    public Quarantine(Lake lake, DuckDBConnection connection, Path temporary, Clock clock) {
        this.lake = lake;
        this.connection = connection;
        this.temporary = temporary;
        this.clock = clock;
        this.table = lake.find(TABLE).orElse(null);
    }

    /** @return the last cut that had rejected records; {@link Cut#NONE} when there was none */
    public Cut logged() {
        return table == null ? Cut.NONE : CutProperties.applied(table);
    }

    /** Rejects a record of the cut that is being collected. */
    public void reject(String tableName, SourceRecord record, String reason) {
        rejected.add(new Rejected(tableName, reason, record));
        counts.merge(tableName, 1L, Long::sum);
    }

    /** @return how many records of a table were rejected since the last commit */
    public long count(String tableName) {
        return counts.getOrDefault(tableName, 0L);
    }

    /** @return whether anything waits to be committed */
    public boolean isEmpty() {
        return rejected.isEmpty();
    }

    /** Commits what was rejected, with the cut that does without it. */
    public void commit(Cut cut) {
        if (rejected.isEmpty()) {
            return;
        }
        Table target = table == null ? create() : table;
        table = target;
        target.refresh();
        ChangeLogCommit.append(target, write(target, cut), cut, CutProperties.applied(target));
        rejected.clear();
        counts.clear();
    }

    private Table create() {
        try {
            return lake.catalog()
                    .createTable(
                            lake.identifier(TABLE),
                            SCHEMA,
                            PartitionSpec.unpartitioned(),
                            Map.of("format-version", "3", "write.parquet.compression-codec", "zstd"));
        } catch (AlreadyExistsException e) {
            return lake.table(TABLE);
        }
    }

    private List<DataFile> write(Table target, Cut cut) {
        String stage = "quarantine:" + cut.number();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    ("CREATE OR REPLACE TABLE %s (table_name VARCHAR, reason VARCHAR, topic VARCHAR, partition INTEGER,"
                                    + " \"offset\" BIGINT, record_key BLOB, record_value BLOB, quarantined_at TIMESTAMPTZ, cut BIGINT)")
                            .formatted(Sql.identifier(stage)));
            fill(stage, cut);
            ParquetOut out = new ParquetOut(target, "cut-" + cut.number(), FileSettings.of(target), temporary);
            List<DataFile> files = out.write(connection, "SELECT * FROM " + Sql.identifier(stage)).stream()
                    .toList();
            statement.execute("DROP TABLE " + Sql.identifier(stage));
            return files;
        } catch (SQLException e) {
            throw FirnException.internal("rejected records could not be written", e);
        }
    }

    private void fill(String stage, Cut cut) throws SQLException {
        long now = clock.millis() * 1000;
        try (DuckDBAppender appender = connection.createAppender(stage)) {
            for (Rejected each : rejected) {
                SourceRecord record = each.record();
                appender.beginRow().append(each.table()).append(each.reason());
                appender.append(record.topic()).append(record.partition()).append(record.offset());
                appendBytes(appender, record.key());
                appendBytes(appender, record.value());
                appender.appendEpochMicros(now).append(cut.number()).endRow();
            }
        }
    }

    private static void appendBytes(DuckDBAppender appender, byte @Nullable [] bytes) throws SQLException {
        if (bytes == null) {
            appender.appendNull();
        } else {
            appender.append(bytes);
        }
    }
}
