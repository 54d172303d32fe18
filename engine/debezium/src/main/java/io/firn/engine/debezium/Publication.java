package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publication: which tables' changes PostgreSQL sends. Made when it is missing, extended when a table is. */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String KINDS =
            "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate FROM pg_publication WHERE pubname = ?";
    private static final String TABLES =
            "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = ?";
    private static final String PRESENT = """
            SELECT CASE WHEN to_regclass(?) IS NULL THEN 'missing'
                        WHEN has_table_privilege(to_regclass(?), 'SELECT') THEN 'readable' ELSE 'denied' END
            """;

    private final PostgresSettings settings;
    private final Database database;

    Publication(PostgresSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
    }

    /** @throws FirnException when a table is missing or the role may not publish it */
    void require() {
        settings.tables().forEach(this::requireReadable);
        String complete = database.text(KINDS, settings.slot());
        if (complete.isEmpty()) {
            run(
                    settings.tables(),
                    "CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true)"
                            .formatted(name(), names(settings.tables())));
            return;
        }
        if (!complete.equals("t")) {
            throw new FirnException(
                    ErrorCode.SOURCE_MISCONFIGURED,
                    "source.postgres: publication %s must publish insert, update, delete and truncate; ALTER PUBLICATION %s SET (publish = 'insert, update, delete, truncate') lets it"
                            .formatted(settings.slot(), name()));
        }
        Set<String> published = database.call(this::published);
        List<String> missing = settings.tables().stream()
                .filter(table -> !published.contains(table))
                .toList();
        if (!missing.isEmpty()) {
            run(missing, "ALTER PUBLICATION %s ADD TABLE %s".formatted(name(), names(missing)));
        }
    }

    private void requireReadable(String table) {
        String quoted = quoted(table);
        switch (database.text(PRESENT, quoted, quoted)) {
            case "missing" ->
                throw new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED, "source.postgres: PostgreSQL has no table " + table);
            case "denied" ->
                throw new FirnException(
                        ErrorCode.ACCESS_DENIED,
                        "source.postgres: %s may not read %s; GRANT SELECT lets it"
                                .formatted(settings.database().user(), table));
            default -> {}
        }
    }

    private Set<String> published(Connection connection) throws SQLException {
        Set<String> tables = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setString(1, settings.slot());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
        }
        return tables;
    }

    private void run(List<String> tables, String sql) {
        LOG.info("{}", sql);
        database.call(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            } catch (SQLException e) {
                if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                    throw denied(new ArrayList<>(tables), sql, e);
                }
                throw e;
            }
        });
    }

    private FirnException denied(List<String> tables, String sql, SQLException cause) {
        return new FirnException(
                ErrorCode.ACCESS_DENIED,
                "source.postgres: %s may not publish %s (%s); let their owner run: %s"
                        .formatted(settings.database().user(), String.join(", ", tables), firstLine(cause), sql),
                cause);
    }

    private static String firstLine(SQLException cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private String name() {
        return Database.identifier(settings.slot());
    }

    private static String names(List<String> tables) {
        return tables.stream().map(Publication::quoted).collect(Collectors.joining(", "));
    }

    private static String quoted(String table) {
        int dot = table.indexOf('.');
        return Database.identifier(table.substring(0, dot)) + "." + Database.identifier(table.substring(dot + 1));
    }
}
