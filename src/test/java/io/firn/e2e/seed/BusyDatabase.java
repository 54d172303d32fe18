package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.demo.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Two tables in PostgreSQL, and clients that go on changing them. */
public final class BusyDatabase implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final String url;
    private final List<FutureTask<Void>> clients = new ArrayList<>();
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean stopped;

    private BusyDatabase(EmbeddedPostgres server, String url) {
        this.server = server;
        this.url = url;
    }

    public static BusyDatabase start(Path folder, long items) throws SQLException {
        EmbeddedPostgres server = EmbeddedPostgres.start(folder.resolve("postgres"));
        BusyDatabase database = filled(server, server.jdbcUrl(), items);
        database.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()");
        return database;
    }

    /** Another database of the same server. */
    BusyDatabase another(String name, long items) throws SQLException {
        return filled(server, server.createDatabase(name), items);
    }

    /** A database of the same server, with its options of {@code CREATE DATABASE} and without tables. */
    BusyDatabase empty(String name, String options) throws SQLException {
        run("CREATE DATABASE %s %s".formatted(name, options));
        return new BusyDatabase(server, server.jdbcUrl(name));
    }

    private static BusyDatabase filled(EmbeddedPostgres server, String url, long items) throws SQLException {
        BusyDatabase database = new BusyDatabase(server, url);
        database.run(
                """
                CREATE TABLE item (
                  id bigint PRIMARY KEY, name text, price numeric(12,2), note text, tags text[], changed timestamptz NOT NULL)
                """,
                "CREATE TABLE line (item bigint, number int, code varchar(20), weight real, PRIMARY KEY (item, number))",
                """
                INSERT INTO item SELECT i, CASE WHEN i %% 7 > 0 THEN 'item "' || i || '", ' || chr(10) || 'x' END, i / 100.0,
                  CASE WHEN i %% 50 = 0 THEN repeat('Ünïcode ', 600) ELSE '' END,
                  ARRAY['a "b", c', NULL, i::text, ''], TIMESTAMPTZ '2026-11-01 00:00:00+00' + i * INTERVAL '1 second'
                FROM generate_series(1, %d) AS i
                """.formatted(items),
                "INSERT INTO line SELECT i / 3, i %% 3, 'code-' || i, i / 7.0 FROM generate_series(1, %d) AS i"
                        .formatted(items),
                "ANALYZE");
        return database;
    }

    public String url() {
        return url;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    public void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public String text(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /**
     * Lets clients change rows until {@link #rest()}.
     *
     * @param pauseMillis most time between two transactions of a client
     */
    void trade(int count, long items, long seed, int pauseMillis) {
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed + i);
            FutureTask<Void> client = new FutureTask<>(() -> {
                change(random, items, pauseMillis);
                return null;
            });
            clients.add(client);
            new Thread(client, "client").start();
        }
    }

    private void change(Random random, long items, int pauseMillis) {
        while (!stopped) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    change(connection, statement, random, items);
                    Thread.sleep(random.nextInt(pauseMillis));
                }
            } catch (SQLException e) {
                // A deadlock, a key that is taken, or a server that is away: again, with another connection.
                LockSupport.parkNanos(1_000_000L * pauseMillis);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void change(Connection connection, Statement statement, Random random, long items) throws SQLException {
        int statements = 1 + random.nextInt(4);
        for (int i = 0; i < statements; i++) {
            statement.execute(statement(random, 1 + (long) (random.nextDouble() * items)));
        }
        if (random.nextInt(10) == 0) {
            connection.rollback();
        } else {
            connection.commit();
            changes.addAndGet(statements);
        }
    }

    private static String statement(Random random, long item) {
        return switch (random.nextInt(8)) {
            case 0 -> "DELETE FROM item WHERE id = " + item;
            case 1 ->
                "INSERT INTO item VALUES (%d, 'new', 1, NULL, NULL, now()) ON CONFLICT DO NOTHING".formatted(item);
            case 2 -> "UPDATE item SET id = -id WHERE id = " + item;
            case 3 ->
                "UPDATE line SET weight = weight + 1, code = code || '+' WHERE item = %d AND length(code) < 18"
                        .formatted(item / 3);
            case 4 ->
                "INSERT INTO line SELECT %d, max(number) + 1, 'late' FROM line WHERE item = %d HAVING count(*) > 0"
                        .formatted(item / 3, item / 3);
            default ->
                "UPDATE item SET price = price + 1, changed = clock_timestamp() WHERE id BETWEEN %d AND %d"
                        .formatted(item, item + random.nextInt(40));
        };
    }

    long changes() {
        return changes.get();
    }

    /** Kills a process of the server that is reading a table; all others die with it, and it recovers from its log. */
    void killWhileItIsRead() throws Exception {
        String reading = "SELECT max(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'";
        String process =
                await().atMost(Duration.ofMinutes(1)).until(() -> text(reading), found -> !found.equals("null"));
        assertThat(new ProcessBuilder("kill", "-9", process).start().waitFor()).isZero();
    }

    /** Lets the clients end. */
    void rest() throws Exception {
        stopped = true;
        for (FutureTask<Void> client : clients) {
            client.get();
        }
        clients.clear();
        stopped = false;
    }

    @Override
    public void close() {
        stopped = true;
        server.close();
    }
}
