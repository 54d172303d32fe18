package io.firn.compactor.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An object store that speaks S3 over HTTP, in a process of its own, and notes who asked for what. */
final class ObjectStore implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private final Path folder;
    private final Process process;
    private final String endpoint;

    private ObjectStore(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        Path log = folder.resolve("store.log");
        int port = Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> port(log), found -> found > 0);
        this.endpoint = "http://127.0.0.1:" + port;
    }

    /** Starts one that keeps everything in {@code folder}, and has one bucket. */
    static ObjectStore start(Path folder, String bucket) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Objects.requireNonNull(System.getProperty("s3mock.jar"), "s3mock.jar"),
                        "--server.port=0",
                        "--http.port=0",
                        "--server.tomcat.basedir=" + folder,
                        "--server.tomcat.accesslog.enabled=true",
                        "--server.tomcat.accesslog.buffered=false",
                        "--server.tomcat.accesslog.directory=requests",
                        "--server.tomcat.accesslog.pattern=%m %U %{User-Agent}i",
                        "--com.adobe.testing.s3mock.store.root=" + folder.resolve("objects"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("store.log").toFile());
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        ObjectStore store = new ObjectStore(folder, process);
        store.make(bucket);
        return store;
    }

    private int port(Path log) throws IOException {
        String text = Files.readString(log);
        Matcher port = LISTENING.matcher(text);
        if (port.find()) {
            return Integer.parseInt(port.group(1));
        }
        if (!process.isAlive()) {
            throw new AssertionError("the object store ended: " + text);
        }
        return 0;
    }

    private void make(String bucket) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/" + bucket))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        int status = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status != 200) {
            throw new AssertionError("bucket " + bucket + " was answered with " + status);
        }
    }

    String endpoint() {
        return endpoint;
    }

    /** Requests so far, each as method, path and user agent, in the order of their answers. */
    List<String> requests() {
        try (Stream<Path> logs = Files.list(folder.resolve("requests"))) {
            return logs.flatMap(ObjectStore::lines).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path log) {
        try {
            return Files.readAllLines(log).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
