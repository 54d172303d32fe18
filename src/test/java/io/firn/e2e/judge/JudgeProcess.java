package io.firn.e2e.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process in which Spark runs. It ends when its standard input is closed, which the operating system does when this
 * process ends, however that happens.
 */
final class JudgeProcess {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int TAIL_LINES = 30;

    /** What Spark opens by reflection on Java 17, from its {@code JavaModuleOptions}. */
    private static final List<String> OPENED_PACKAGES = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    private static @Nullable JudgeProcess shared;

    private final Process process;

    private final BufferedReader answers;

    private final Writer requests;

    private final Path log;

    private JudgeProcess(Process process, Path log) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.log = log;
    }

    /** The one process of this test run, started when it is first needed. */
    static synchronized JudgeProcess shared() {
        if (shared == null || !shared.process.isAlive()) {
            shared = start(List.of("-Xmx1200m"));
        }
        return shared;
    }

    static JudgeProcess start(List<String> javaOptions) {
        try {
            Path home = home();
            Path scratch = Files.createDirectories(home.resolve("scratch"));
            Path log = Files.createTempFile(scratch, "judge-", ".log");
            Process process = new ProcessBuilder(command(home, scratch, javaOptions))
                    .redirectError(log.toFile())
                    .start();
            return new JudgeProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one request and waits for its answer; throws {@link AssertionError} when Spark ends or takes too long. */
    synchronized JsonNode ask(JsonNode request) {
        try {
            requests.write(JSON.writeValueAsString(request) + "\n");
            requests.flush();
            String answer = CompletableFuture.supplyAsync(this::nextAnswer).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return JSON.readTree(answer);
        } catch (IOException | ExecutionException e) {
            throw failure("The judge ended", e);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw failure("The judge took more than " + PATIENCE + " for " + request, e);
        } catch (InterruptedException e) {
            // The answer would be taken for that of the next request.
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw failure("Interrupted while the judge worked on " + request, e);
        }
    }

    /** The last lines of what Spark said, and where the rest is. */
    String log() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            List<String> all = lines.toList();
            List<String> tail = all.subList(Math.max(0, all.size() - TAIL_LINES), all.size());
            return "… " + log + ":\n" + String.join("\n", tail);
        } catch (IOException e) {
            return "(" + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    private String nextAnswer() {
        try {
            String answer = answers.readLine();
            if (answer == null) {
                throw new UncheckedIOException(new IOException("exit code " + process.waitFor()));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private AssertionError failure(String message, Exception cause) {
        return new AssertionError(message + ": " + cause.getMessage() + "\n" + log(), cause);
    }

    private static List<String> command(Path home, Path scratch, List<String> javaOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-XX:+UseSerialGC", "-Duser.timezone=UTC", "-Djava.io.tmpdir=" + scratch));
        OPENED_PACKAGES.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classpath(home), "io.firn.judge.SparkJudge"));
        return command;
    }

    private static String classpath(Path home) throws IOException {
        return home.resolve("classes")
                + File.pathSeparator
                + Files.readString(home.resolve("judge.classpath")).strip();
    }

    private static Path home() {
        Path home = Path.of(System.getProperty("judge.home", "target/judge"))
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(home.resolve("judge.classpath"))) {
            throw new IllegalStateException("No judge in " + home + ": build module firn-judge first");
        }
        return home;
    }
}
