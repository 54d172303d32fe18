package io.firn.engine.seed;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** A few rows of the source as a temporary table of DuckDB with the lake's types. */
public final class StagedRows {
    private StagedRows() {}

    /** What is done with a row that the lake's types cannot hold. */
    public enum Misfits {
        LEFT_OUT,
        /** Null takes the place of what does not fit. */
        WITHOUT_THE_VALUE
    }

    /**
     * Makes the table, in place of an earlier one.
     *
     * @param name of the table, not quoted
     * @param columns of each row
     * @param folder where rows wait on their way
     * @param rows gives the rows to a sink
     * @return the rows that the lake's types cannot hold, when they are in the table nevertheless
     */
    public static List<Misfit> stage(
            DuckDBConnection connection,
            String name,
            List<NestedField> columns,
            Misfits misfits,
            Path folder,
            Consumer<SeedSource.RowSink> rows) {
        try (CsvChunks chunks = new CsvChunks(folder, "rows", more -> {});
                Statement statement = connection.createStatement()) {
            rows.accept(chunks);
            chunks.end();
            CsvRelation relation = new CsvRelation(columns, chunks);
            statement.execute("CREATE OR REPLACE TABLE %s AS SELECT * FROM %s"
                    .formatted(Sql.identifier(name), select(relation, chunks, columns, misfits)));
            boolean areAsked = misfits == Misfits.WITHOUT_THE_VALUE && chunks.rows() > 0;
            return areAsked ? relation.misfits(statement) : List.of();
        } catch (SQLException e) {
            throw DuckFailures.translate("reading rows again", e);
        }
    }

    private static String select(CsvRelation relation, CsvChunks chunks, List<NestedField> columns, Misfits misfits) {
        if (chunks.rows() == 0) {
            return "(SELECT %s WHERE false)".formatted(CsvRelation.nothing(columns));
        }
        return misfits == Misfits.LEFT_OUT ? relation.fitting() : relation.all();
    }
}
