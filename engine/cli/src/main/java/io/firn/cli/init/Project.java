package io.firn.cli.init;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.PostgresConfig;
import io.firn.catalog.config.SourceType;
import io.firn.cli.probe.PostgresFailures;
import io.firn.cli.wiring.PostgresTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that a new project begins with. */
public final class Project {
    /** The configuration of the connector, beside firn.yaml. */
    public static final String CONNECTOR = "firn-connector.json";

    /** What the owner of the database runs, beside firn.yaml. */
    public static final String OWNER = "firn-owner.sql";

    private final ProjectSettings settings;
    private final List<TableFacts> tables;
    private final Map<String, String> files;

    private Project(ProjectSettings settings, List<TableFacts> tables, Map<String, String> files) {
        this.settings = settings;
        this.tables = tables;
        this.files = files;
    }

    /**
     * Reads the schema.
     *
     * @param login who reads it now
     * @param user the role that Firn will log in as
     * @throws FirnException when the database cannot be read, or has no table in these schemas
     */
    public static Project read(
            PostgresConfig login,
            List<String> schemas,
            SourceType type,
            String user,
            String namespace,
            String topicPrefix) {
        ProjectSettings settings = new ProjectSettings(type, login.url(), user, namespace, topicPrefix);
        try (Connection connection = PostgresTables.connect(login)) {
            SchemaReader reader = new SchemaReader(connection);
            List<TableFacts> tables = reader.tables(schemas);
            if (tables.isEmpty()) {
                throw new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED,
                        "--schema names %s, where PostgreSQL has no table that %s can see"
                                .formatted(String.join(", ", schemas), login.user()));
            }
            Map<String, String> files = new LinkedHashMap<>();
            files.put("firn.yaml", new ConfigPage(settings).text(tables));
            files.put(
                    OWNER,
                    new OwnerSql(settings, connection.getCatalog())
                            .text(tables, reader.walLevelProblem().orElse(null)));
            if (type == SourceType.KAFKA) {
                files.put(CONNECTOR, new ConnectorPage(settings).text(tables));
            }
            return new Project(settings, tables, files);
        } catch (SQLException e) {
            throw PostgresFailures.translate(login, e);
        }
    }

    /** The files' texts by name; firn.yaml is the first. */
    public Map<String, String> files() {
        return new LinkedHashMap<>(files);
    }

    /** How many tables can be loaded as they are. */
    public long usableTables() {
        return tables.stream().filter(table -> !table.key().isEmpty()).count();
    }

    /** The tables that have no key. */
    public List<String> tablesWithoutKey() {
        return tables.stream()
                .filter(table -> table.key().isEmpty())
                .map(table -> table.source().name())
                .toList();
    }

    @Override
    public String toString() {
        return "Project[" + settings.slot() + ", " + tables.size() + " tables]";
    }
}
