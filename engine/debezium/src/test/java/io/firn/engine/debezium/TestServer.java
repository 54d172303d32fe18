package io.firn.engine.debezium;

import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL server of the tests' own, with a fresh database for each test. */
final class TestServer implements AutoCloseable {
    private static int databases;

    private final EmbeddedPostgres server;
    private final Path folder;
    private String database = "postgres";

    TestServer(Path folder, String walLevel) {
        this.folder = folder;
        try {
            server = EmbeddedPostgres.builder()
                    .setServerConfig("wal_level", walLevel)
                    .setServerConfig("max_replication_slots", "20")
                    .setServerConfig("max_wal_senders", "20")
                    .setServerConfig("fsync", "off")
                    .setDataDirectory(folder)
                    .setLocaleConfig("locale", "C")
                    .setOutputRedirector(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets {@code role} in with a password only, and everybody else without. */
    void askForPassword(String role) {
        try {
            Path file = folder.resolve("pg_hba.conf");
            Files.writeString(file, "host all " + role + " all scram-sha-256\n" + Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("SELECT pg_reload_conf()");
    }

    /** Makes a database with {@code public.item (id, name)} and goes on in it. */
    void freshDatabase() {
        database = "postgres";
        String fresh = "test" + ++databases;
        run("CREATE DATABASE " + fresh);
        database = fresh;
        run("CREATE TABLE item (id bigint PRIMARY KEY, name text)");
    }

    String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
    }

    /** The slot has the name of the database: slots belong to the whole server. */
    PostgresSettings settings(String... tables) {
        return settingsOf("postgres", "none", tables);
    }

    PostgresSettings settingsOf(String user, String password, String... tables) {
        return new PostgresSettings(
                new PostgresConfig(url(), user, new Secret(password)),
                database,
                List.of(tables),
                10_000,
                16 << 20,
                Duration.ofSeconds(20));
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "none");
    }

    void run(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String text(String query) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
