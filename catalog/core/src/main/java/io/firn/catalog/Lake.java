package io.firn.catalog;

import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/** A catalog and the namespace in it that one configuration speaks of. */
public final class Lake implements AutoCloseable {
    private static final String SQLITE_OPTIONS = "journal_mode=WAL&busy_timeout=30000&synchronous=FULL";

    /** A JDBC catalog keeps this name with every table: other readers of it must call their catalog the same. */
    public static final String CATALOG_NAME = "lake";

    private final Catalog catalog;
    private final Namespace namespace;

    /** Uses a catalog that is open already; closing the lake closes it when it can be closed. */
    public Lake(Catalog catalog, Namespace namespace) {
        this.catalog = catalog;
        this.namespace = namespace;
    }

    /**
     * Opens the configured catalog and makes its namespace where it is missing.
     *
     * @throws FirnException when the catalog cannot be reached or made
     */
    public static Lake open(LakeConfig config) {
        return opened(config, null);
    }

    /**
     * Opens the configured catalog as {@link #open(LakeConfig)} does.
     *
     * @param hadoop what Hadoop's file systems are told, credentials among it, where the catalog's properties have
     *     files go through them; goes to other machines with every table that is sent there
     */
    public static Lake open(LakeConfig config, Configuration hadoop) {
        return opened(config, hadoop);
    }

    private static Lake opened(LakeConfig config, @Nullable Configuration hadoop) {
        try {
            Lake lake = new Lake(
                    catalog(config.catalog(), hadoop),
                    Namespace.of(config.namespace().split("\\.", -1)));
            lake.makeNamespace();
            return lake;
        } catch (FirnException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new FirnException(
                    Failures.isRefusedByAws(e) ? ErrorCode.ACCESS_DENIED : ErrorCode.CATALOG_UNAVAILABLE,
                    "lake.catalog %s cannot be opened: %s".formatted(where(config.catalog()), rootMessage(e)),
                    e);
        }
    }

    private static Catalog catalog(CatalogConfig config, @Nullable Configuration hadoop) {
        Map<String, String> properties = new HashMap<>(config.properties());
        if (config.warehouse() != null) {
            properties.put("warehouse", config.warehouse());
        }
        String type = switch (config.type()) {
            case JDBC -> {
                jdbcProperties(config, properties);
                yield CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC;
            }
            case GLUE -> {
                AwsRetries.raiseDefaults();
                yield CatalogUtil.ICEBERG_CATALOG_TYPE_GLUE;
            }
            case REST -> {
                putUri(config, properties);
                yield CatalogUtil.ICEBERG_CATALOG_TYPE_REST;
            }
        };
        properties.put(CatalogUtil.ICEBERG_CATALOG_TYPE, type);
        return CatalogUtil.buildIcebergCatalog(CATALOG_NAME, properties, hadoop);
    }

    private static void jdbcProperties(CatalogConfig config, Map<String, String> properties) {
        putUri(config, properties);
        properties.computeIfPresent("uri", (key, uri) -> sqliteOptions(uri));
        properties.putIfAbsent("jdbc.schema-version", "V1");
        properties.putIfAbsent("io-impl", fileIO(config.warehouse()));
    }

    private static void putUri(CatalogConfig config, Map<String, String> properties) {
        if (config.uri() != null) {
            properties.put("uri", config.uri());
        }
    }

    static String fileIO(@Nullable String warehouse) {
        if (warehouse != null && LocalFileIO.handles(warehouse)) {
            return LocalFileIO.class.getName();
        }
        return warehouse != null && warehouse.startsWith("s3")
                ? "org.apache.iceberg.aws.s3.S3FileIO"
                : "org.apache.iceberg.io.ResolvingFileIO";
    }

    /**
     * Two processes may commit at the same time: writers wait for each other instead of failing, and a commit survives
     * a crash.
     */
    private static String sqliteOptions(String uri) {
        String prefix = "jdbc:sqlite:";
        if (!uri.startsWith(prefix) || uri.contains("?")) {
            return uri;
        }
        makeFolder(Path.of(uri.substring(prefix.length())).toAbsolutePath().getParent());
        return uri + "?" + SQLITE_OPTIONS;
    }

    private static void makeFolder(@Nullable Path folder) {
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.CATALOG_UNAVAILABLE,
                    "lake.catalog.uri needs the folder %s, which cannot be made: %s".formatted(folder, e.getMessage()),
                    e);
        }
    }

    private static String where(CatalogConfig config) {
        String place = config.uri() == null ? "" : " at " + Secret.maskUri(config.uri());
        return config.type().name().toLowerCase(Locale.ROOT) + place;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private void makeNamespace() {
        if (catalog instanceof SupportsNamespaces namespaces && !namespaces.namespaceExists(namespace)) {
            try {
                namespaces.createNamespace(namespace);
            } catch (AlreadyExistsException e) {
                // another process was faster
            }
        }
    }

    /** @return the catalog, for what Iceberg itself offers */
    public Catalog catalog() {
        return catalog;
    }

    /** @return the namespace of all tables of this lake */
    public Namespace namespace() {
        return namespace;
    }

    /** @return the full name of a table of this lake */
    public TableIdentifier identifier(String table) {
        return TableIdentifier.of(namespace, table);
    }

    /** @return the names of all tables, change logs included, in order */
    public List<String> tables() {
        List<String> names = new ArrayList<>();
        catalog.listTables(namespace).forEach(table -> names.add(table.name()));
        names.sort(null);
        return names;
    }

    /** @return the table; empty when there is none of that name */
    public Optional<Table> find(String table) {
        try {
            return Optional.of(catalog.loadTable(identifier(table)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    /**
     * @return the table
     * @throws FirnException when there is none of that name
     */
    public Table table(String table) {
        return find(table)
                .orElseThrow(() -> new FirnException(
                        ErrorCode.TABLE_NOT_FOUND,
                        "table %s does not exist in %s (there are: %s)"
                                .formatted(table, namespace, String.join(", ", tables()))));
    }

    /** @return the current table, made when it is missing */
    public Table currentTable(TableDefinition definition) {
        return find(definition.name())
                .orElseGet(() -> create(definition.name(), definition, definition.currentSchema()));
    }

    /** @return the change log, made when it is missing */
    public Table changeLog(TableDefinition definition) {
        String name = TableDefinition.changeLogOf(definition.name());
        return find(name).orElseGet(() -> create(name, definition, definition.changeLogSchema()));
    }

    private Table create(String name, TableDefinition definition, Schema schema) {
        boolean isLog = name.endsWith(TableDefinition.CHANGES_SUFFIX);
        Catalog.TableBuilder builder = catalog.buildTable(identifier(name), schema)
                .withPartitionSpec(isLog ? definition.changeLogSpec() : definition.currentSpec())
                .withProperties(definition.properties());
        if (!isLog) {
            builder.withSortOrder(definition.currentOrder());
        }
        try {
            return builder.create();
        } catch (AlreadyExistsException e) {
            return table(name);
        }
    }

    @Override
    public void close() {
        try {
            if (catalog instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Exception e) {
            throw FirnException.internal("the catalog did not close", e);
        }
    }
}
