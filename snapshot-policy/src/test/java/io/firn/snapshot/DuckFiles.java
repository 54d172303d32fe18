package io.firn.snapshot;

import io.firn.catalog.Cut;
import io.firn.snapshot.TestShop.Change;
import io.firn.snapshot.TestShop.Row;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** Writes the rows of a cut as the product does: with DuckDB. */
final class DuckFiles implements CutFiles {
    private final DuckDBConnection connection;
    private final Path uploads;

    DuckFiles(DuckDBConnection connection, Path uploads) {
        this.connection = connection;
        this.uploads = uploads;
    }

    @Override
    public List<DataFile> rows(Table table, SortedMap<Long, Row> rows, Cut cut) {
        String values = rows.entrySet().stream()
                .map(row -> "(%d::BIGINT, %s, %s::DECIMAL(12,2))"
                        .formatted(
                                row.getKey(),
                                Sql.literal(row.getValue().name()),
                                row.getValue().price()))
                .collect(Collectors.joining(", "));
        return out(table, cut)
                .write(connection, "SELECT * FROM (VALUES %s) t(id, name, price)".formatted(values))
                .stream()
                .toList();
    }

    @Override
    public List<DataFile> changes(Table log, List<Change> changes, Cut cut, long first) {
        String values = "";
        for (int i = 0; i < changes.size(); i++) {
            values += (i == 0 ? "" : ", ") + logged(changes.get(i), cut, first + i);
        }
        String select =
                "SELECT * FROM (VALUES %s) t(id, name, price, _before, _changed, _op, _lsn, _tx_id, _tx_order, _source_ts, _ingested_at, _cut, _topic, _partition, _offset)"
                        .formatted(values);
        return out(log, cut).writePartitioned(connection, "(" + select + ")", "_offset");
    }

    private static String logged(Change change, Cut cut, long at) {
        Row after = change.after();
        Row before = change.before();
        boolean truncates = change.operation().equals("t");
        return "(%s, %s, %s, %s, %s, '%s', %d, %d, %d, TIMESTAMPTZ '%s', TIMESTAMPTZ '%s', %d, 't', %d, %d)"
                .formatted(
                        truncates ? "NULL::BIGINT" : change.id() + "::BIGINT",
                        after == null ? "NULL::VARCHAR" : Sql.literal(after.name()),
                        after == null ? "NULL::DECIMAL(12,2)" : after.price() + "::DECIMAL(12,2)",
                        before == null
                                ? "NULL"
                                : "{'id': %d::BIGINT, 'name': %s, 'price': %s::DECIMAL(12,2)}"
                                        .formatted(change.id(), Sql.literal(before.name()), before.price()),
                        before == null || after == null
                                ? "NULL::VARCHAR[]"
                                : "[%s]::VARCHAR[]".formatted(Sql.literals(change.changed())),
                        change.operation(),
                        at,
                        700 + cut.number(),
                        at - cut.lsn() + 101,
                        cut.committedAt(),
                        cut.committedAt(),
                        cut.number(),
                        change.partition(),
                        at);
    }

    private ParquetOut out(Table table, Cut cut) {
        return new ParquetOut(table, "cut-" + cut.number(), FileSettings.of(table), uploads);
    }
}
