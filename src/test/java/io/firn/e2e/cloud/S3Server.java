package io.firn.e2e.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** An object store that speaks S3 over HTTP, in a process of its own, with one bucket. */
public final class S3Server implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private final ServerProcess process;
    private final String endpoint;
    private final String bucket;

    private S3Server(ServerProcess process, String bucket) {
        this.process = process;
        this.endpoint = "http://127.0.0.1:" + process.port();
        this.bucket = bucket;
    }

    /** Starts one that keeps its objects in {@code directory}. */
    public static S3Server start(Path directory, String bucket) throws IOException, InterruptedException {
        ServerProcess process = ServerProcess.start(
                Files.createDirectories(directory).resolve("s3.log"),
                LISTENING,
                Map.of(),
                "-jar",
                Objects.requireNonNull(System.getProperty("s3mock.jar"), "s3mock.jar"),
                "--server.port=0",
                "--http.port=0",
                "--com.adobe.testing.s3mock.store.root=" + directory.resolve("objects"));
        S3Server server = new S3Server(process, bucket);
        server.make(bucket);
        return server;
    }

    private void make(String name) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/" + name))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            int status = HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status != 200) {
                throw new AssertionError("bucket " + name + " was answered with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the location of the bucket */
    public String location() {
        return "s3://" + bucket;
    }

    /** @return the catalog properties with which Iceberg finds this server */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("s3.endpoint", endpoint);
        properties.put("s3.path-style-access", "true");
        properties.put("s3.access-key-id", "test");
        properties.put("s3.secret-access-key", "test");
        properties.put("client.region", "eu-central-1");
        return properties;
    }

    @Override
    public void close() {
        process.close();
    }
}
