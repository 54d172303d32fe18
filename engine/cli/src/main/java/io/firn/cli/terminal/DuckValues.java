package io.firn.cli.terminal;

import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/** DuckDB's values as Java's own, nested ones too. */
final class DuckValues {

    private DuckValues() {}

    static @Nullable Object read(ResultSet row, ResultSetMetaData columns, int column) throws SQLException {
        // through java.sql.Timestamp, an hour in spring would not exist in some time zones
        return columns.getColumnType(column) == Types.TIMESTAMP
                ? row.getObject(column, LocalDateTime.class)
                : plain(row.getObject(column));
    }

    private static @Nullable Object plain(@Nullable Object value) throws SQLException {
        if (value instanceof DuckDBStruct struct) {
            return plain(struct.getMap());
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                plain.put(String.valueOf(plain(entry.getKey())), plain(entry.getValue()));
            }
            return plain;
        }
        if (value instanceof Array array) {
            List<@Nullable Object> plain = new ArrayList<>();
            for (@Nullable Object element : (@Nullable Object[]) array.getArray()) {
                plain.add(plain(element));
            }
            return plain;
        }
        return value instanceof Blob blob ? blob.getBytes(1, Math.toIntExact(blob.length())) : value;
    }
}
