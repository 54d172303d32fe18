package io.firn.cli.init;

import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SourceTable;
import io.firn.workbench.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads what PostgreSQL's catalog and statistics say about the tables of some schemas. */
final class SchemaReader {
    private static final String TABLES = """
            SELECT n.nspname, c.relname,
                   (SELECT sum(leaf.reltuples)::bigint FROM pg_class leaf WHERE leaf.oid = c.oid AND c.relkind = 'r'
                       OR leaf.relkind = 'r' AND leaf.oid IN (SELECT relid FROM pg_partition_tree(c.oid))),
                   (SELECT sum(pg_table_size(leaf.oid)) FROM pg_class leaf WHERE leaf.oid = c.oid AND c.relkind = 'r'
                       OR leaf.relkind = 'r' AND leaf.oid IN (SELECT relid FROM pg_partition_tree(c.oid)))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ANY (?) AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
            ORDER BY 1, 2
            """;

    private static final String UNIQUE_KEY = """
            SELECT array_agg(a.attname ORDER BY k.place)
            FROM pg_index i
            CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
            WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
            GROUP BY i.indexrelid
            HAVING bool_and(a.attnotnull)
            ORDER BY count(*), i.indexrelid
            LIMIT 1
            """;

    private static final String PARTITIONS = """
            SELECT n.nspname || '.' || c.relname
            FROM pg_partition_tree(to_regclass(?)) tree
            JOIN pg_class c ON c.oid = tree.relid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE tree.isleaf AND c.relispartition
            ORDER BY 1
            """;

    private static final String WRITTEN = """
            SELECT s.attname FROM pg_stats s
            JOIN pg_attribute a ON a.attrelid = to_regclass(?) AND a.attname = s.attname
            WHERE s.schemaname = ? AND s.tablename = ? AND s.correlation > 0.99
              AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
            ORDER BY s.correlation DESC, a.attnum
            LIMIT 1
            """;

    private final Connection connection;
    private final Set<String> names = new HashSet<>();

    SchemaReader(Connection connection) {
        this.connection = connection;
    }

    List<TableFacts> tables(List<String> schemas) throws SQLException {
        List<TableFacts> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(table(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getLong(4)));
                }
            }
        }
        return tables;
    }

    private TableFacts table(String schema, String table, long rows, long bytes) throws SQLException {
        String quoted = Sql.identifier(schema) + "." + Sql.identifier(table);
        SourceTable read = PostgresSchemas.read(connection, quoted).orElseThrow();
        SourceTable source = new SourceTable(schema + "." + table, read.columns(), read.key(), read.identity());
        List<String> unique = source.key().isEmpty() ? uniqueKey(quoted) : List.of();
        List<String> written = texts(WRITTEN, quoted, schema, table);
        return new TableFacts(
                name(schema, table),
                source,
                rows,
                bytes,
                unique,
                texts(PARTITIONS, quoted),
                written.stream().findFirst());
    }

    private String name(String schema, String table) {
        String plain = table.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        String safe = plain.matches("[a-z_].*") ? plain : "t_" + plain;
        String own = safe.startsWith("firn_") || safe.endsWith("_changes") ? "t_" + safe + "_t" : safe;
        String qualified = schema.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_") + "_" + own;
        return names.add(own) ? own : qualified;
    }

    private List<String> uniqueKey(String quoted) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_KEY)) {
            statement.setString(1, quoted);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? List.of((String[]) row.getArray(1).getArray()) : List.of();
            }
        }
    }

    private List<String> texts(String query, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<String> texts = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
            return texts;
        }
    }

    /** Whether the server writes the log that change capture needs. */
    Optional<String> walLevelProblem() throws SQLException {
        String level = texts("SHOW wal_level").get(0);
        return level.equals("logical") ? Optional.empty() : Optional.of(level);
    }
}
