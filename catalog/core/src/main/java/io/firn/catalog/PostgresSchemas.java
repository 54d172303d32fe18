package io.firn.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads table declarations from PostgreSQL's catalog. */
public final class PostgresSchemas {
    /**
     * What a column is in rows that are older than it PostgreSQL remembers until the table is rewritten. After that a
     * constant default tells, where the column forbids null: a row that nothing has changed since must have it.
     */
    private static final String COLUMNS = """
            SELECT a.attname,
                   CASE t.typtype WHEN 'c' THEN 'composite ' ELSE '' END ||
                   format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE a.atttypid END,
                               CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END),
                   a.attnotnull,
                   CASE WHEN a.atthasmissing THEN (a.attmissingval::text::text[])[1]
                        WHEN a.attnotnull THEN
                          substring(pg_get_expr(d.adbin, d.adrelid) FROM '^''?(-?[0-9.]+|[^'']*(?='')|true|false)''?(?:::[a-z0-9 (),]+)?$') END
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """;

    private static final String KEY = """
            SELECT a.attname
            FROM pg_index i
            CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = to_regclass(?) AND i.indisprimary
            ORDER BY k.place
            """;

    private PostgresSchemas() {}

    /**
     * @param table with its schema: {@code public.product}
     * @return the table's declaration; empty when there is no such table
     */
    public static Optional<SourceTable> read(Connection connection, String table) throws SQLException {
        List<SourceColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new SourceColumn(
                            rows.getString(1), rows.getString(2), rows.getBoolean(3), rows.getString(4)));
                }
            }
        }
        return columns.isEmpty()
                ? Optional.empty()
                : Optional.of(new SourceTable(table, columns, key(connection, table), identity(connection, table)));
    }

    private static SourceTable.Identity identity(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT relreplident = 'f' FROM pg_class WHERE oid = to_regclass(?)")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1) ? SourceTable.Identity.FULL : SourceTable.Identity.KEY;
            }
        }
    }

    private static List<String> key(Connection connection, String table) throws SQLException {
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    key.add(rows.getString(1));
                }
            }
        }
        return key;
    }
}
