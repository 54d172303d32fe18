package io.firn.engine.ingest;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.seed.CsvRow;
import io.firn.engine.seed.SeedSource.RowSink;
import io.firn.engine.seed.StagedRows;
import io.firn.engine.seed.StagedRows.Misfits;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/**
 * Puts rows right that differ from the source: reads them again, and writes them as a cut of its own, into the change
 * log first. Rows that the source has are reads there, rows that it has not are deletes; a row that breaks a rule stays
 * as it is.
 *
 * <p>No other writer may be at work: of two, the one that was started first is fenced.
 */
public final class RowRepair implements AutoCloseable {
    private static final String PRESENT = "firn:repair:present";
    private static final String KEYS = "firn:repair:keys";

    private final IngestSetup setup;
    private final Ingest ingest;

    /** Opens every configured table and brings it up to its change log. */
    public RowRepair(IngestSetup setup) {
        this.setup = setup;
        this.ingest = Ingest.beside(setup);
    }

    /**
     * Gives the rows of a source's table that have one of the keys, with all columns of the lake's table in its order.
     */
    @FunctionalInterface
    public interface RowsOf {
        void read(List<String> columns, List<String> keyColumns, List<List<String>> keys, RowSink sink);
    }

    /**
     * Repairs rows of one table.
     *
     * @param name the table's name in the lake
     * @param keys the texts of the key's columns, in key order
     * @return the cut that has them
     */
    public Cut run(String name, List<List<String>> keys, RowsOf source) {
        TableIngest table = ingest.table(name);
        List<NestedField> columns = table.writer().current().schema().columns();
        List<NestedField> key = setup.config().table(name).key().stream()
                .map(column -> table.writer().current().schema().findField(column))
                .toList();
        List<String> keyNames = key.stream().map(NestedField::name).toList();
        List<String> names = columns.stream().map(NestedField::name).toList();
        DuckDBConnection connection = table.workConnection();
        StagedRows.stage(
                connection,
                PRESENT,
                columns,
                Misfits.LEFT_OUT,
                folder(),
                sink -> source.read(names, keyNames, keys, table.protect(names, sink)));
        StagedRows.stage(
                connection,
                KEYS,
                key,
                Misfits.LEFT_OUT,
                folder(),
                sink -> keys.forEach(values -> sink.row(CsvRow.of(values))));
        Map<TableIngest, CutRows> rows = new LinkedHashMap<>();
        rows.put(
                table,
                table.passing(changes(connection, name, columns, keyNames), (partition, offset, rule, broken) -> {}));
        return ingest.commitBeside(rows);
    }

    private Path folder() {
        Path folder = setup.config().workbench().tempDirectory().resolve("repair");
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "%s cannot be made: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** In the form of a buffer: before, after, and what the change is. */
    private CutRows changes(
            DuckDBConnection connection, String name, List<NestedField> columns, List<String> keyNames) {
        RowsAsChanges changes =
                new RowsAsChanges(columns, ingest.last().lsn(), setup.clock().instant());
        String read = changes.read(Sql.identifier(PRESENT), "");
        String deleted = changes.deleted(
                keyNames,
                "%s ANTI JOIN %s USING (%s)"
                        .formatted(Sql.identifier(KEYS), Sql.identifier(PRESENT), Sql.identifiers(keyNames)));
        String staged = "repair:" + name;
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE OR REPLACE TABLE %s AS SELECT *, -1::INTEGER AS %s, row_number() OVER () AS %s FROM (%s UNION ALL %s)"
                            .formatted(
                                    Sql.identifier(staged),
                                    BufferColumns.PARTITION,
                                    BufferColumns.OFFSET,
                                    read,
                                    deleted));
            statement.execute("DROP TABLE %s; DROP TABLE %s".formatted(Sql.identifier(PRESENT), Sql.identifier(KEYS)));
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + Sql.identifier(staged))) {
                count.next();
                return new CutRows(connection, staged, count.getLong(1), 0);
            }
        } catch (SQLException e) {
            throw DuckFailures.translate("repairing " + name, e);
        }
    }

    @Override
    public void close() {
        ingest.close();
    }
}
