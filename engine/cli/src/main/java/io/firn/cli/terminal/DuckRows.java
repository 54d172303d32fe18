package io.firn.cli.terminal;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a query of DuckDB found, row by row. */
public final class DuckRows {
    private DuckRows() {}

    /** Writes all rows; {@code output} begins with the names of the columns. */
    public static void write(ResultSet rows, Function<List<String>, RowWriter> output) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            names.add(columns.getColumnLabel(i));
        }
        try (RowWriter writer = output.apply(names)) {
            while (rows.next()) {
                List<@Nullable Object> row = new ArrayList<>(names.size());
                for (int i = 1; i <= names.size(); i++) {
                    row.add(DuckValues.read(rows, columns, i));
                }
                writer.row(row);
            }
        }
    }
}
