package io.firn.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersTest {
    @TempDir
    Path directory;

    @Test
    void postgresIs14AndDecodesLogically() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.resolve("pg"))) {
            assertThat(query(postgres, "SELECT current_setting('server_version_num')::int / 10000"))
                    .isEqualTo("14");
            assertThat(query(postgres, "SHOW wal_level")).isEqualTo("logical");
        }
    }

    @Test
    void postgresKeepsItsDataAndServesItOnTheGivenPort() throws SQLException {
        Path data = directory.resolve("pg");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            postgres.createDatabase("shop");
            postgres.createDatabase("shop");
            execute(postgres, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        int port = FreePort.next();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, port)) {
            assertThat(postgres.port()).isEqualTo(port);
            assertThat(query(postgres, "SELECT answer FROM kept")).isEqualTo("42");
            assertThat(query(postgres, "SELECT count(*) FROM pg_database WHERE datname = 'shop'"))
                    .isEqualTo("1");
        }
        assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void postgresStartsThoughItsOldProcessIdNowBelongsToAnother() throws SQLException, IOException {
        Path data = directory.resolve("pg");
        EmbeddedPostgres.start(data).close();
        Files.writeString(
                data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + data + "\n");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data)) {
            assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void kafkaKeepsItsTopics() throws Exception {
        Path log = directory.resolve("kafka");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(log)) {
            kafka.createTopic("prices", 3);
            kafka.createTopic("prices", 1);
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(log)) {
            assertThat(TopicReader.partitions(kafka, "prices")).isEqualTo(3);
        }
    }

    @Test
    void redisAnswersUntilItIsClosed() throws IOException {
        int port;
        try (EmbeddedRedis redis = EmbeddedRedis.start()) {
            port = redis.port();
            try (Socket socket = connect(port)) {
                socket.getOutputStream().write("SET a 1\r\nGET a\r\n".getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
                        .isEqualTo("+OK\r\n$1\r\n1\r\n");
            }
        }
        assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void nothingIsLeftRunningByAKilledProcessAndItsDirectoriesStartAgain() throws Exception {
        Process host = launchHost();
        String[] ready = awaitReady(host);
        long server = PostmasterFile.in(directory.resolve("postgres")).pid().orElseThrow();
        host.destroyForcibly().waitFor();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(server)
                        .filter(EmbeddedServersTest::running)
                        .isEmpty());
        await().atMost(Duration.ofSeconds(20)).until(() -> refused(Integer.parseInt(ready[2])));

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
                EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
            assertThat(query(postgres, "SELECT answer FROM kept")).isEqualTo("42");
            assertThat(TopicReader.partitions(kafka, "kept")).isEqualTo(3);
        }
    }

    @Test
    void aServerLeftRunningOnTheDirectoryIsReplaced() throws Exception {
        Path data = directory.resolve("pg");
        EmbeddedPostgres left = EmbeddedPostgres.start(data);
        execute(left, "CREATE TABLE kept AS SELECT 42 AS answer");
        PostmasterFile.in(data).endServer();
        assertThat(refused(left.port())).isTrue();
    }

    private Process launchHost() throws IOException {
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        classpath,
                        KilledHost.class.getName(),
                        directory.toString())
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static String[] awaitReady(Process host) throws IOException {
        BufferedReader output = host.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("ready ")) {
                return line.split(" ");
            }
        }
        throw new IOException("the host ended with " + host.onExit().join().exitValue());
    }

    /** A process nobody has waited for yet has no command any more. */
    private static boolean running(ProcessHandle process) {
        return process.info().command().isPresent();
    }

    private static boolean refused(int port) {
        try (Socket socket = connect(port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
