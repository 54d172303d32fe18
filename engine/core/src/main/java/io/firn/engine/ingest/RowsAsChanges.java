package io.firn.engine.ingest;

import io.firn.workbench.DuckTypes;
import io.firn.workbench.Sql;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Rows that no change brought, in the form of a buffer.
 *
 * @param columns of the lake's table, in slot order
 * @param lsn of the moment at which the source had them
 * @param at when they were read
 */
record RowsAsChanges(List<NestedField> columns, long lsn, Instant at) {
    RowsAsChanges {
        columns = List.copyOf(columns);
    }

    /**
     * @param rows a relation of DuckDB with all columns
     * @param more further columns, each after a comma
     * @return a select of the rows as reads
     */
    String read(String rows, String more) {
        return change("r", column -> Sql.identifier(column.name()), rows, more);
    }

    /**
     * @param keys a relation of DuckDB with the key's columns
     * @return a select of the keys as deletes
     */
    String deleted(List<String> keyColumns, String keys) {
        return change(
                "d",
                column -> keyColumns.contains(column.name()) ? Sql.identifier(column.name()) : nothing(column),
                keys,
                "");
    }

    private String change(String operation, Function<NestedField, String> after, String rows, String more) {
        return "SELECT %s, %s, '%s' AS op, %d AS lsn, CAST(NULL AS BIGINT) AS tx, CAST(NULL AS BIGINT) AS ord, TIMESTAMPTZ %s AS ts, false AS has_before, CAST(NULL AS VARCHAR[]) AS unavailable%s FROM %s"
                .formatted(
                        values("b", RowsAsChanges::nothing),
                        values("a", after),
                        operation,
                        lsn,
                        Sql.literal(at.toString()),
                        more,
                        rows);
    }

    private String values(String prefix, Function<NestedField, String> value) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> value.apply(columns.get(i)) + " AS " + prefix + i)
                .collect(Collectors.joining(", "));
    }

    private static String nothing(NestedField column) {
        return "CAST(NULL AS %s)".formatted(DuckTypes.of(column.type()));
    }
}
