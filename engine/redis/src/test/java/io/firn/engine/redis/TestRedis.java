package io.firn.engine.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;
import redis.embedded.RedisServer;

/** A Redis 6.2 of its own, with its data in a folder of its own. */
final class TestRedis implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final List<String> settings;
    private @Nullable Process process;
    private @Nullable RedisServers client;

    private TestRedis(Path folder, int port, List<String> settings) {
        this.folder = folder;
        this.port = port;
        this.settings = settings;
    }

    static TestRedis start(Path folder, String... settings) {
        try {
            TestRedis redis = new TestRedis(Files.createDirectories(folder), freePort(), List.of(settings));
            redis.launch();
            return redis;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a sentinel that watches a primary, and thinks it dead after a second. */
    static Process sentinel(Path folder, int port, int primary) {
        try {
            Path config = Files.createDirectories(folder).resolve("sentinel.conf");
            Files.writeString(config, """
                    port %d
                    bind 127.0.0.1
                    dir %s
                    sentinel monitor shop 127.0.0.1 %d 1
                    sentinel down-after-milliseconds shop 1000
                    sentinel failover-timeout shop 5000
                    """.formatted(port, folder, primary));
            String binary =
                    RedisServer.newRedisServer().port(port).buildCommandArgs().get(0);
            return new ProcessBuilder(binary, config.toString(), "--sentinel")
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(folder.resolve("sentinel.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it, with the data that is in its folder. */
    void launch() {
        try {
            var server = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("dir " + folder);
            settings.forEach(server::setting);
            List<String> command = new ArrayList<>(server.buildCommandArgs());
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(folder.resolve("redis.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        await().pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(30))
                .until(this::listens);
    }

    private boolean listens() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(5);
            return !new String(answer, StandardCharsets.US_ASCII).equals("-LOAD");
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    /** Ends it as a crash does. */
    void kill() {
        closeClient();
        Process running = Objects.requireNonNull(process);
        running.destroyForcibly();
        running.onExit().join();
    }

    /** Makes it stand still, or go on. */
    void signal(String name) {
        try {
            long pid = Objects.requireNonNull(process).pid();
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return port;
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Makes Redis write all it has to a file, as a backup does. */
    Path backUp(Path backup) {
        client().call(Command.SAVE, new byte[0][]);
        try {
            return Files.copy(folder.resolve("dump.rdb"), backup);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Replaces everything by what it was when the backup was made. */
    void restore(Path backup) {
        kill();
        try {
            Files.copy(backup, folder.resolve("dump.rdb"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        launch();
    }

    RedisServers servers() {
        RedisServers open = client;
        if (open == null) {
            open = RedisServers.open(RedisAddress.parse(uri()));
            client = open;
        }
        return open;
    }

    /** Gives up the connection that the test itself has, as after a failover, when the server has closed it. */
    void reconnect() {
        closeClient();
    }

    RedisSession client() {
        return servers().of("any");
    }

    /** Returns a row as a plain client reads it, without its version. */
    Map<String, String> row(String key) {
        Map<String, String> row = hash(key);
        row.remove(RowPlace.VERSION_FIELD);
        return row;
    }

    /** Returns all fields of a hash. */
    Map<String, String> hash(String key) {
        List<?> answer = (List<?>) Objects.requireNonNull(client().call(Command.HGETALL, key));
        Map<String, String> hash = new TreeMap<>();
        for (int i = 0; i < answer.size(); i += 2) {
            hash.put(text(answer.get(i)), text(answer.get(i + 1)));
        }
        return hash;
    }

    /** Returns all keys that match, in order. */
    List<String> keys(String pattern) {
        List<?> answer = (List<?>) Objects.requireNonNull(client().call(Command.KEYS, pattern));
        return answer.stream().map(TestRedis::text).sorted().toList();
    }

    @Nullable
    String string(String key) {
        return RedisSession.text(client().call(Command.GET, key));
    }

    void call(Command command, String... arguments) {
        client().call(command, arguments);
    }

    static String text(@Nullable Object answer) {
        return Objects.requireNonNull(RedisSession.text(answer), () -> Arrays.toString(new Object[] {answer}));
    }

    private void closeClient() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
