package io.firn.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * A PostgreSQL 14 server that belongs to this process, ready for logical decoding. Its data directory is created on
 * first use and kept when the server stops; a server left over from a killed run on the same directory is ended first.
 * Every connection is trusted, and only the loopback interface is served.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final String USER = "postgres";
    private static final Map<String, String> SETTINGS = Map.of(
            "wal_level", "logical",
            "max_replication_slots", "20",
            "max_wal_senders", "20",
            "max_connections", "100",
            "synchronous_commit", "on",
            "wal_sender_timeout", "5min",
            "max_wal_size", "2GB",
            "deadlock_timeout", "100ms",
            "unix_socket_directories", "");

    private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
    private final ChildGuard guard;

    private EmbeddedPostgres(io.zonky.test.db.postgres.embedded.EmbeddedPostgres server, ChildGuard guard) {
        this.server = server;
        this.guard = guard;
    }

    /** Starts on any free port. The server's own log is the file {@code <dataDirectory>.log}. */
    public static EmbeddedPostgres start(Path dataDirectory) {
        return start(dataDirectory, FreePort.next());
    }

    public static EmbeddedPostgres start(Path dataDirectory, int port) {
        Path directory = dataDirectory.toAbsolutePath();
        try {
            Files.createDirectories(directory);
            PostmasterFile.in(directory).endServer();
            var server = builder(directory, port).start();
            return new EmbeddedPostgres(
                    server, ChildGuard.of(PostmasterFile.in(directory).pid().orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start in " + directory + " on port " + port, e);
        }
    }

    private static io.zonky.test.db.postgres.embedded.EmbeddedPostgres.Builder builder(Path directory, int port) {
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        var builder = io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setLocaleConfig("locale", "C")
                .setPGStartupWait(Duration.ofMinutes(1))
                .setOutputRedirector(Redirect.appendTo(log.toFile()));
        SETTINGS.forEach(builder::setServerConfig);
        return builder;
    }

    public int port() {
        return server.getPort();
    }

    /** The superuser; its password is not asked for. */
    public String user() {
        return USER;
    }

    /** The URL of the database {@code postgres}, user included. */
    public String jdbcUrl() {
        return jdbcUrl("postgres");
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:" + port() + "/" + database + "?user=" + USER;
    }

    /** Creates a database, if it is not there yet, and returns its URL. */
    public String createDatabase(String name) throws SQLException {
        try (Connection connection = connect();
                var exists = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
                var statement = connection.createStatement()) {
            exists.setString(1, name);
            if (!exists.executeQuery().next()) {
                statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
            }
        }
        return jdbcUrl(name);
    }

    /** A new connection to the database {@code postgres}. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /** Stops the server and ends its sessions; the data stays. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL on port " + port() + " did not stop", e);
        } finally {
            guard.close();
        }
    }
}
