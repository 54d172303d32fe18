package io.firn.engine.debezium;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.engine.seed.SeedSource.RowSink;
import java.sql.Statement;
import java.util.List;

/** Reads single rows again. */
public final class PostgresRows implements AutoCloseable {
    private static final int KEYS_AT_ONCE = 20_000;

    private final Database database;

    /** Does not connect yet. */
    public PostgresRows(PostgresSettings settings) {
        this.database = new Database(settings);
    }

    /**
     * Gives the rows of a table that have one of some keys.
     *
     * @param table with its schema
     * @param columns to read, in this order; one that the table has not is left empty
     */
    public void read(
            String table, List<String> columns, List<String> keyColumns, List<List<String>> keys, RowSink sink) {
        SourceTable declared = database.call(connection -> PartPlanner.declaration(connection, table));
        List<SourceColumn> wanted = columns.stream()
                .map(name -> declared.columns().stream()
                        .filter(column -> column.name().equals(name))
                        .findFirst()
                        .orElseGet(() -> new SourceColumn(name, "", false)))
                .toList();
        database.fresh(connection -> {
            try (Statement statement = connection.createStatement()) {
                CopySql.configure(statement);
                for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
                    List<List<String>> some = keys.subList(from, Math.min(keys.size(), from + KEYS_AT_ONCE));
                    String where = CopySql.withKeys(declared, keyColumns, some);
                    PostgresPartReader.copy(
                            connection, CopySql.copy(new SourceTable(table, wanted, declared.key()), where), sink);
                }
                return true;
            }
        });
    }

    @Override
    public void close() {
        database.close();
    }
}
