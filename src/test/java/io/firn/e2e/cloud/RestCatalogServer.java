package io.firn.e2e.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Iceberg's own REST catalog server, in a process of its own. */
public final class RestCatalogServer implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Started .*ServerConnector.*:(\\d+)}");

    private final ServerProcess process;

    private RestCatalogServer(ServerProcess process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param storage catalog properties with which the server finds the warehouse
     */
    public static RestCatalogServer start(Path directory, String warehouse, Map<String, String> storage)
            throws IOException {
        Map<String, String> properties = new LinkedHashMap<>(storage);
        properties.put("rest.port", "0");
        properties.put("warehouse", warehouse);
        properties.put(
                "uri", "jdbc:sqlite:" + Files.createDirectories(directory).resolve("rest.db"));
        properties.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
        Map<String, String> environment = new LinkedHashMap<>();
        properties.forEach((key, value) -> environment.put(variable(key), value));
        Path classpath =
                Path.of(Objects.requireNonNull(System.getProperty("rest.home"), "rest.home"), "rest.classpath");
        return new RestCatalogServer(ServerProcess.start(
                directory.resolve("rest.log"),
                LISTENING,
                environment,
                "-cp",
                Files.readString(classpath),
                "org.apache.iceberg.rest.RESTCatalogServer"));
    }

    /** As the server spells a property in its environment. */
    private static String variable(String key) {
        return "CATALOG_" + key.replace("-", "__").replace(".", "_").toUpperCase(Locale.ROOT);
    }

    /** @return where the catalog is found */
    public String uri() {
        return "http://127.0.0.1:" + process.port();
    }

    @Override
    public void close() {
        process.close();
    }
}
