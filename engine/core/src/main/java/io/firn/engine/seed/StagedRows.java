package io.firn.engine.seed;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** A few rows of the source as a temporary table of DuckDB with the lake's types. */
public final class StagedRows {
    private StagedRows() {}

    /**
     * Makes the table, in place of an earlier one. A row that the lake's types cannot hold is left out.
     *
     * @param name of the table, not quoted
     * @param columns of each row
     * @param folder where rows wait on their way
     * @param rows gives the rows to a sink
     * @return how many rows the table has
     */
    public static long stage(
            DuckDBConnection connection,
            String name,
            List<NestedField> columns,
            Path folder,
            Consumer<SeedSource.RowSink> rows) {
        try (CsvChunks chunks = new CsvChunks(folder, "rows", more -> {});
                Statement statement = connection.createStatement()) {
            rows.accept(chunks);
            chunks.end();
            String select = chunks.rows() == 0
                    ? "(SELECT %s WHERE false)".formatted(CsvRelation.nothing(columns))
                    : new CsvRelation(columns, chunks).fitting();
            statement.execute("CREATE OR REPLACE TABLE %s AS SELECT * FROM %s".formatted(Sql.identifier(name), select));
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + Sql.identifier(name))) {
                count.next();
                return count.getLong(1);
            }
        } catch (SQLException e) {
            throw DuckFailures.translate("reading rows again", e);
        }
    }
}
