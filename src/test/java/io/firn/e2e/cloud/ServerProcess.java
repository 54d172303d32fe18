package io.firn.e2e.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A Java server in a process of its own, which says in its log at which port it listens. */
final class ServerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one and returns when it listens.
     *
     * @param listening its first group is the port
     * @param arguments of {@code java}
     */
    static ServerProcess start(Path log, Pattern listening, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        int port = Awaitility.await().atMost(PATIENCE).until(() -> port(process, log, listening), found -> found > 0);
        return new ServerProcess(process, port);
    }

    private static int port(Process process, Path log, Pattern listening) throws IOException {
        String text = Files.readString(log);
        Matcher port = listening.matcher(text);
        if (port.find()) {
            return Integer.parseInt(port.group(1));
        }
        if (!process.isAlive()) {
            throw new AssertionError("the server ended: " + text);
        }
        return 0;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
