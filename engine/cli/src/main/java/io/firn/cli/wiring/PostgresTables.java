package io.firn.cli.wiring;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.PostgresSchemas;
import io.firn.catalog.SourceTable;
import io.firn.catalog.config.PostgresConfig;
import io.firn.cli.probe.PostgresFailures;
import io.firn.engine.ingest.SourceTables;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks PostgreSQL itself how it declares a table. */
public record PostgresTables(@Nullable PostgresConfig postgres) implements SourceTables {
    @Override
    public Optional<SourceTable> find(String name) {
        if (postgres == null) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "source.postgres is missing: %s is not in the lake yet, and its columns are read from PostgreSQL"
                            .formatted(name));
        }
        try (Connection connection = connect(postgres)) {
            return PostgresSchemas.read(connection, name);
        } catch (SQLException e) {
            throw PostgresFailures.translate(postgres, e);
        }
    }

    /** Opens a connection with the configured login. */
    public static Connection connect(PostgresConfig postgres) throws SQLException {
        return DriverManager.getConnection(
                postgres.url(), postgres.user(), postgres.password().value());
    }
}
