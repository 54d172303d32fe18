package io.firn.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.RedisServer;

/** A Redis 6.2 server that belongs to this process, in memory only, on the loopback interface. */
public final class EmbeddedRedis implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final ChildGuard guard;
    private final Thread hook;
    private final int port;

    private EmbeddedRedis(Process process, int port) {
        this.process = process;
        this.port = port;
        this.guard = ChildGuard.of(process.pid());
        this.hook = new Thread(process::destroyForcibly, "redis-" + port + "-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts on any free port. */
    public static EmbeddedRedis start() {
        return start(FreePort.next());
    }

    public static EmbeddedRedis start(int port) {
        try {
            EmbeddedRedis redis = new EmbeddedRedis(launch(port), port);
            redis.awaitAnswer();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis did not start on port " + port, e);
        }
    }

    private static Process launch(int port) throws IOException {
        List<String> command = new ArrayList<>(RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .setting("appendonly no")
                .buildCommandArgs());
        ProcessBuilder redis =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD);
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                return redis.start();
            } catch (IOException e) {
                if (!isBusy(e) || System.nanoTime() > deadline) {
                    throw e;
                }
                Pause.briefly();
            }
        }
    }

    /**
     * Another thread that was about to start a process of its own has the program, which was only just written, open
     * for a moment.
     */
    private static boolean isBusy(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("Text file busy");
    }

    private void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                close();
                throw new IOException("no answer to PING");
            }
            Pause.briefly();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Stops the server; what it held is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        guard.close();
        ShutdownHooks.remove(hook);
    }
}
