package io.firn.engine.seed;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.jspecify.annotations.Nullable;

/** A function of texts that DuckDB calls. */
final class TextFunction {
    private static final AtomicLong FUNCTIONS = new AtomicLong();

    private TextFunction() {}

    /**
     * Makes it known to the connection's database.
     *
     * @return its name; null for null
     */
    static String register(DuckDBConnection connection, UnaryOperator<@Nullable String> function) throws SQLException {
        String name = "firn_text_" + FUNCTIONS.incrementAndGet();
        try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
            builder.withName(name)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction((chunk, result) -> {
                        DuckDBReadableVector input = chunk.vector(0);
                        for (long row = 0; row < chunk.rowCount(); row++) {
                            String text = input.isNull(row) ? null : function.apply(input.getString(row));
                            if (text == null) {
                                result.setNull(row);
                            } else {
                                result.setString(row, text);
                            }
                        }
                    })
                    .register(connection);
        }
        return name;
    }
}
