package io.firn.engine.write;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.FirnException;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Partitions;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.NestedField;

/** Writes a cut's changes as files of the change log: one for each day of source time, in arrival order. */
final class ChangeLogFiles {
    private final ParquetOut out;
    private final PartitionSpec spec;
    private final Schema schema;
    private final List<NestedField> columns;

    /** @param columns of the current table, in the order of the buffer */
    ChangeLogFiles(ParquetOut out, PartitionSpec spec, Schema schema, List<NestedField> columns) {
        this.out = out;
        this.spec = spec;
        this.schema = schema;
        this.columns = columns;
    }

    List<DataFile> write(CutRows rows, long cut, String topic, Instant ingestedAt) {
        String select = select(columns, rows.relation(), cut, topic, ingestedAt);
        List<DataFile> files = new ArrayList<>();
        try {
            List<Day> days = days(rows);
            for (Day day : days) {
                String where = days.size() == 1 ? "" : " WHERE " + dayOf("c.ts") + " = " + day.number();
                out.write(rows.connection(), spec, day.partition(), select + where)
                        .ifPresent(files::add);
            }
        } catch (SQLException e) {
            throw FirnException.internal("the days of " + topic + " could not be read", e);
        }
        return files;
    }

    private record Day(StructLike partition, long number) {}

    private String dayOf(String reference) {
        return Partitions.expressions(spec, schema)
                .get(0)
                .replace(Sql.identifier(ChangeLogColumns.SOURCE_TIME), reference);
    }

    private List<Day> days(CutRows rows) throws SQLException {
        List<Day> days = new ArrayList<>();
        try (Statement statement = rows.connection().createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT DISTINCT %s FROM %s c ORDER BY 1".formatted(dayOf("c.ts"), rows.relation()))) {
            while (found.next()) {
                days.add(new Day(Partitions.read(spec, found, 1), found.getLong(1)));
            }
        }
        return days;
    }

    /** Returns a query of a buffer's changes as the change log has them. */
    static String select(List<NestedField> columns, String relation, long cut, String topic, Instant ingestedAt) {
        return """
                SELECT %s,
                  CASE WHEN c.has_before THEN struct_pack(%s) END AS _before,
                  CASE WHEN c.op = 'u' AND c.has_before
                    THEN list_filter([%s], lambda name: name IS NOT NULL) END AS _changed,
                  c.op AS _op, c.lsn AS _lsn, c.tx AS _tx_id, c.ord AS _tx_order, c.ts AS _source_ts,
                  TIMESTAMPTZ %s AS _ingested_at, %d::BIGINT AS _cut,
                  %s AS _topic, c.part AS _partition, c.off AS _offset
                FROM %s c
                """.formatted(
                        BufferColumns.renamed(columns, "a", "c"),
                        perColumn(columns, "%3$s := c.b%1$d"),
                        perColumn(columns, "CASE WHEN c.b%1$d IS DISTINCT FROM c.a%1$d THEN %2$s END"),
                        Sql.literal(ingestedAt.toString()),
                        cut,
                        Sql.literal(topic),
                        relation);
    }

    private static String perColumn(List<NestedField> columns, String template) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> template.formatted(
                        i,
                        Sql.literal(columns.get(i).name()),
                        Sql.identifier(columns.get(i).name())))
                .collect(Collectors.joining(", "));
    }
}
