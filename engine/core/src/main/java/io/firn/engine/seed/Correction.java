package io.firn.engine.seed;

import io.firn.catalog.RowChanges;
import io.firn.catalog.SourceTable;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the rows that changed while the parts were read: every version of them that a part has seen, or missed,
 * gives way to the one row that the source has at its exact moment.
 */
final class Correction {
    private static final String VIEW = "firn:seed";
    private static final String KEYS = "firn:seed:keys";

    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final Table table;
    private final SourceTable source;
    private final List<NestedField> key;
    private final Path folder;

    Correction(
            Workbench workbench,
            DuckDBConnection connection,
            Table table,
            SourceTable source,
            List<NestedField> key,
            Path folder) {
        this.workbench = workbench;
        this.connection = connection;
        this.table = table;
        this.source = source;
        this.key = List.copyOf(key);
        this.folder = folder;
    }

    /** The changes, and the rows among them that the lake cannot hold. */
    record Result(RowChanges changes, List<Misfit> misfits) {}

    /** @param loaded the snapshot that has the parts; null when there is none */
    Result run(
            @Nullable Long loaded,
            Collection<List<String>> keys,
            List<NestedField> columns,
            SeedSource.Moment moment,
            RowsOut out) {
        if (keys.isEmpty()) {
            return new Result(RowChanges.NONE, List.of());
        }
        List<DeleteFile> deletes = loaded == null ? List.of() : deletes(loaded, keys);
        try (CsvChunks rows = new CsvChunks(folder, "changed-" + source.name(), more -> {})) {
            moment.read(source, key.stream().map(NestedField::name).toList(), keys, rows);
            RowsOut.Written written = out.write(columns, rows.end());
            return new Result(new RowChanges(written.files(), List.of(), deletes, List.of()), written.misfits());
        }
    }

    private List<DeleteFile> deletes(long loaded, Collection<List<String>> keys) {
        List<String> names = key.stream().map(NestedField::name).toList();
        List<String> columns = new ArrayList<>(names);
        columns.add(Scan.FILE);
        columns.add(Scan.POSITION);
        BranchDeletes deletes = new BranchDeletes(table);
        try (TableView view =
                        workbench.view(connection, VIEW, Scan.of(table, loaded).select(columns));
                Statement statement = connection.createStatement()) {
            keys(statement, keys);
            Map<String, FileScanTask> files = new HashMap<>();
            view.files().forEach(file -> files.put(file.file().location(), file));
            String found = "SELECT %s, %s FROM %s SEMI JOIN %s USING (%s) ORDER BY ALL"
                    .formatted(
                            Sql.identifier(Scan.FILE),
                            Sql.identifier(Scan.POSITION),
                            Sql.identifier(VIEW),
                            Sql.identifier(KEYS),
                            Sql.identifiers(names));
            try (ResultSet rows = statement.executeQuery(found)) {
                while (rows.next()) {
                    deletes.add(Objects.requireNonNull(files.get(rows.getString(1))), rows.getLong(2));
                }
            }
            statement.execute("DROP TABLE " + Sql.identifier(KEYS));
        } catch (SQLException e) {
            throw DuckFailures.translate("finding changed rows of " + table.name(), e);
        }
        return deletes.write();
    }

    /** As a table with the lake's types. A key that they cannot hold belongs to no row of the lake. */
    private void keys(Statement statement, Collection<List<String>> keys) throws SQLException {
        try (CsvChunks texts = new CsvChunks(folder, "keys-" + source.name(), more -> {})) {
            keys.forEach(values -> texts.row(CsvRow.of(values)));
            texts.end();
            statement.execute("CREATE OR REPLACE TEMP TABLE %s AS SELECT DISTINCT * FROM %s"
                    .formatted(Sql.identifier(KEYS), new CsvRelation(key, texts).fitting()));
        }
    }
}
