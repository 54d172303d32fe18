package io.firn.cli.probe;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.SourceType;
import io.firn.catalog.config.TableConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;

/** The login works, the server writes a logical log, and every table is there with its key and may be read. */
record PostgresProbe(SourceType type, PostgresConfig postgres, Map<String, TableConfig> tables)
        implements Supplier<String> {

    private static final String COLUMNS = """
            SELECT a.attname, has_table_privilege(c.oid, 'SELECT')
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
            """;
    private static final String MAY_REPLICATE =
            "SELECT CASE WHEN rolreplication OR rolsuper THEN 'yes' ELSE 'no' END FROM pg_roles WHERE rolname = current_user";

    @Override
    public String get() {
        try (Connection connection = open(postgres)) {
            List<String> problems = new ArrayList<>();
            checkLog(connection, problems);
            for (Map.Entry<String, TableConfig> table : tables.entrySet()) {
                checkTable(connection, table.getKey(), table.getValue(), problems);
            }
            if (!problems.isEmpty()) {
                throw FirnException.ofAll(ErrorCode.SOURCE_MISCONFIGURED, problems);
            }
            return "PostgreSQL " + text(connection, "SHOW server_version") + ", " + tables.size() + " tables";
        } catch (SQLException e) {
            throw PostgresFailures.translate(postgres, e);
        }
    }

    static Connection open(PostgresConfig postgres) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", postgres.user());
        properties.setProperty("password", postgres.password().value());
        String patience = String.valueOf(Probes.PATIENCE.toSeconds());
        properties.setProperty("loginTimeout", patience);
        properties.setProperty("connectTimeout", patience);
        properties.setProperty("socketTimeout", patience);
        properties.setProperty("ApplicationName", "firn check");
        return DriverManager.getConnection(postgres.url(), properties);
    }

    private void checkLog(Connection connection, List<String> problems) throws SQLException {
        String level = text(connection, "SHOW wal_level");
        if (!level.equals("logical")) {
            problems.add("source.postgres: wal_level must be logical but was " + level
                    + "; set it in postgresql.conf and restart PostgreSQL");
        }
        if (type == SourceType.POSTGRES && text(connection, MAY_REPLICATE).equals("no")) {
            problems.add("source.postgres.user must have the REPLICATION attribute but " + postgres.user()
                    + " has not; ALTER ROLE " + postgres.user() + " REPLICATION gives it");
        }
    }

    private static void checkTable(Connection connection, String name, TableConfig table, List<String> problems)
            throws SQLException {
        Set<String> columns = new HashSet<>();
        boolean readable = true;
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table.sourceSchema());
            statement.setString(2, table.sourceTable());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(rows.getString(1));
                    readable &= rows.getBoolean(2);
                }
            }
        }
        if (columns.isEmpty()) {
            problems.add("tables." + name + ".source: PostgreSQL has no table " + table.source());
            return;
        }
        if (!readable) {
            problems.add(
                    "tables." + name + ".source: the role may not read " + table.source() + "; GRANT SELECT lets it");
        }
        table.key().stream()
                .filter(column -> !columns.contains(column))
                .forEach(column ->
                        problems.add("tables." + name + ".key: " + table.source() + " has no column " + column));
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
