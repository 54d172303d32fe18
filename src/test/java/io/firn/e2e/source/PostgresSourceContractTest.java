package io.firn.e2e.source;

import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.Secret;
import io.firn.demo.EmbeddedPostgres;
import io.firn.engine.debezium.PostgresSettings;
import io.firn.engine.debezium.PostgresSource;
import io.firn.engine.source.ChangeSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class PostgresSourceContractTest extends SourceContract {
    private static EmbeddedPostgres postgres;
    private static int tests;

    private String database;

    @BeforeAll
    static void startPostgres(@TempDir Path folder) {
        postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    }

    @AfterAll
    static void stopPostgres() {
        postgres.close();
    }

    @BeforeEach
    void makeTables() throws SQLException {
        database = "t" + ++tests;
        postgres.createDatabase(database);
        try (Connection connection = connect()) {
            run(connection, "CREATE TABLE item (id bigint PRIMARY KEY)");
            run(connection, "CREATE TABLE stock (id bigint PRIMARY KEY)");
            run(connection, "CREATE TABLE elsewhere (id bigint PRIMARY KEY)");
            run(connection, "INSERT INTO item VALUES (-1), (-2)");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(database));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    ChangeSource open() {
        return new PostgresSource(new PostgresSettings(
                new PostgresConfig(
                        "jdbc:postgresql://localhost:" + postgres.port() + "/" + database,
                        postgres.user(),
                        new Secret("not asked for")),
                database,
                List.of("public.item", "public.stock"),
                5_000,
                8 << 20,
                Duration.ofSeconds(30)));
    }

    /** Two sessions write in turn and commit in another order than they began, a third writes what is not read. */
    @Override
    void write(long firstId, long lastId) {
        try (Connection one = connect();
                Connection other = connect();
                Connection elsewhere = connect()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            for (long id = firstId; id <= lastId; id++) {
                Connection session = id % 2 == 0 ? one : other;
                run(session, "INSERT INTO %s VALUES (%d)".formatted(id % 3 == 0 ? "stock" : "item", id));
                if (id % 4 == 0) {
                    run(elsewhere, "INSERT INTO elsewhere SELECT coalesce(max(id), 0) + 1 FROM elsewhere");
                }
                if (id % 5 == 0) {
                    one.commit();
                } else if (id % 7 == 0) {
                    run(elsewhere, "SELECT pg_logical_emit_message(false, 'note', 'outside any transaction')");
                    other.commit();
                }
            }
            other.commit();
            one.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
