package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.Secret;
import io.firn.catalog.config.SourceType;
import io.firn.cli.init.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn init}. */
@Command(
        name = "init",
        header = "Writes a configuration from a live PostgreSQL schema.",
        description = {
            "Writes three files: firn.yaml with a table for each of PostgreSQL's, and comments where there is something to"
                    + " decide; firn-owner.sql, which the owner of the database runs once; and for Kafka firn-connector.json,"
                    + " to be posted to Kafka Connect after the first load.",
            "%nThe password is taken from the environment: FIRN_PG_PASSWORD. Nothing is changed in PostgreSQL."
        },
        footer = "  firn init --url jdbc:postgresql://localhost/shop --login postgres --schema public")
final class InitCommand implements Callable<Integer> {
    private static final String PASSWORD = "FIRN_PG_PASSWORD";
    private static final String POSTGRES = "jdbc:postgresql:";

    private final Session session;

    @Option(names = "--url", paramLabel = "URL", required = true, description = "The database, as JDBC URL.")
    private String url = "";

    @Option(
            names = "--login",
            paramLabel = "ROLE",
            description = "The role that reads the schema now (default: ${DEFAULT-VALUE}).",
            defaultValue = "firn")
    private String login = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "The role that Firn will log in as; firn-owner.sql makes it (default: ${DEFAULT-VALUE}).",
            defaultValue = "firn")
    private String role = "";

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "Take the tables of this schema; may be repeated (default: ${DEFAULT-VALUE}).",
            defaultValue = "public")
    private List<String> schemas = List.of();

    @Option(
            names = "--source",
            paramLabel = "TYPE",
            description =
                    "Who reads the changes: kafka, a connector; postgres, this process (default: ${DEFAULT-VALUE}).",
            defaultValue = "postgres")
    private String source = "";

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "The namespace of the lake's tables (default: ${DEFAULT-VALUE}).",
            defaultValue = "lake")
    private String namespace = "";

    @Option(
            names = "--topic-prefix",
            paramLabel = "NAME",
            description = "Names the topics, the replication slot and the publication (default: ${DEFAULT-VALUE}).",
            defaultValue = "firn")
    private String topicPrefix = "";

    @Option(names = "--overwrite", description = "Replace files that are there already.")
    private boolean overwrite;

    InitCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (!url.startsWith(POSTGRES)) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "--url must begin with %s but was %s".formatted(POSTGRES, Secret.maskUri(url)));
        }
        Map<Path, String> files = new LinkedHashMap<>();
        Project project = Project.read(
                new PostgresConfig(url, login, new Secret(session.environment(PASSWORD))),
                schemas,
                type(),
                role,
                namespace,
                topicPrefix);
        project.files().forEach((name, text) -> files.put(path(name), text));
        if (!overwrite) {
            requireNone(files);
        }
        files.forEach(this::write);
        session.note("%d tables; next: let the owner run %s, set %s, then firn check, firn seed, firn ingest"
                .formatted(project.usableTables(), path(Project.OWNER), PASSWORD));
        project.tablesWithoutKey()
                .forEach(table -> session.note("%s has no key and is left out: see firn.yaml".formatted(table)));
        return 0;
    }

    private SourceType type() {
        return switch (source) {
            case "kafka" -> SourceType.KAFKA;
            case "postgres" -> SourceType.POSTGRES;
            default ->
                throw new FirnException(
                        ErrorCode.USAGE_INVALID, "--source must be kafka or postgres but was " + source);
        };
    }

    private Path path(String name) {
        Path config = session.configFile();
        return name.equals("firn.yaml") ? config : config.resolveSibling(name);
    }

    private static void requireNone(Map<Path, String> files) {
        List<String> present = files.keySet().stream()
                .filter(Files::exists)
                .map(path -> "%s is there already; --overwrite replaces it".formatted(path))
                .toList();
        if (!present.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.USAGE_INVALID, present);
        }
    }

    private void write(Path path, String text) {
        try {
            @Nullable Path folder = path.toAbsolutePath().getParent();
            Files.createDirectories(Objects.requireNonNull(folder));
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "%s cannot be written: %s".formatted(path, e.getMessage()), e);
        }
        session.note("wrote " + path);
    }
}
