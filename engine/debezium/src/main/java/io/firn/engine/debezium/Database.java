package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection beside Debezium's: looks after the slot and the publication, and leaves beacons in the log. Opened
 * when needed and again after it broke.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String CONNECT_SECONDS = "10";
    private static final String ANSWER_SECONDS = "60";

    private static final String MAY_REPLICATE = """
            SELECT rolreplication OR rolsuper OR EXISTS (
                SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                WHERE m.member = r.oid AND g.rolname IN ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser'))
            FROM pg_roles r WHERE rolname = current_user
            """;

    private final PostgresSettings settings;
    private @Nullable Connection connection;

    Database(PostgresSettings settings) {
        this.settings = settings;
    }

    /** Work on a connection in auto-commit mode. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** @throws FirnException when the database cannot be reached or refuses the work */
    synchronized <T> T call(Work<T> work) {
        Connection present = connection;
        if (present != null) {
            try {
                return work.on(present);
            } catch (SQLException e) {
                close();
                if (!PostgresFailures.isTransient(e)) {
                    throw PostgresFailures.of(settings, e);
                }
            }
        }
        return callAnew(work);
    }

    /** A connection that lay idle may be dead, which says nothing about the server. */
    private <T> T callAnew(Work<T> work) {
        try {
            return work.on(open());
        } catch (SQLException e) {
            close();
            throw PostgresFailures.of(settings, e);
        }
    }

    /**
     * Work that cannot be repeated.
     *
     * @throws FirnException when the database cannot be reached or refuses the work; the next work is done on another
     *     connection
     */
    synchronized <T> T fresh(Work<T> work) {
        try {
            Connection present = connection;
            return work.on(present == null ? openForLongWork() : present);
        } catch (SQLException e) {
            close();
            throw PostgresFailures.of(settings, e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Connection openForLongWork() throws SQLException {
        Connection opened = open(properties -> properties.remove("socketTimeout"));
        connection = opened;
        return opened;
    }

    private Connection open() throws SQLException {
        Connection opened = open(properties -> {});
        connection = opened;
        return opened;
    }

    /** @return a connection of the caller's own, with the properties as the caller changes them */
    Connection open(Consumer<Properties> change) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.database().user());
        properties.setProperty("password", settings.database().password().value());
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", ANSWER_SECONDS);
        properties.setProperty("ApplicationName", "firn " + settings.topicPrefix());
        change.accept(properties);
        return DriverManager.getConnection(settings.database().url(), properties);
    }

    /** Checks what holds for the whole server. */
    void check() {
        String level = text("SHOW wal_level");
        if (!level.equals("logical")) {
            throw misconfigured("wal_level must be logical but was " + level
                    + "; set it in postgresql.conf and restart PostgreSQL");
        }
        if (text("SELECT pg_is_in_recovery()").equals("t")) {
            throw misconfigured("the server must be a primary but is a standby");
        }
        if (!text(MAY_REPLICATE).equals("t")) {
            String user = settings.database().user();
            throw new FirnException(
                    ErrorCode.ACCESS_DENIED,
                    "source.postgres.user must have the REPLICATION attribute but %s has not; ALTER ROLE %s REPLICATION gives it"
                            .formatted(user, user));
        }
    }

    private static FirnException misconfigured(String problem) {
        return new FirnException(ErrorCode.SOURCE_MISCONFIGURED, "source.postgres: " + problem);
    }

    /** @return the first column of the first row; empty text when there is none */
    String text(String query, String... parameters) {
        return call(open -> {
            try (PreparedStatement statement = open.prepareStatement(query)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setString(i + 1, parameters[i]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    String value = row.next() ? row.getString(1) : null;
                    return value == null ? "" : value;
                }
            }
        });
    }

    /** @return a name as SQL may contain it */
    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("a connection did not close in order", e);
            }
        }
    }
}
