package io.firn.catalog.snowflake;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.SnowflakeConfig;
import io.firn.catalog.config.SnowflakeConfig.CatalogAccess;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Where in Snowflake the lake is shown, with every name and address decided.
 *
 * @param config as the file says
 * @param namespace the lake's namespace
 * @param schema the schema of the tables
 * @param access how Snowflake learns of new snapshots
 * @param baseUrl the location under which the lake's files are, with a slash at its end
 */
public record SnowflakeSite(
        SnowflakeConfig config, String namespace, String schema, CatalogAccess access, String baseUrl) {

    private static final String DAYS_SUFFIX = "_DAYS";
    private static final String CERTIFIED_SUFFIX = "_CERTIFIED";
    private static final String PINS_SUFFIX = "_PINS";

    /**
     * Decides what the configuration leaves open.
     *
     * @throws FirnException when the configuration does not speak of Snowflake
     */
    public static SnowflakeSite of(FirnConfig config) {
        SnowflakeConfig snowflake = config.serving().snowflake();
        if (snowflake == null) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "serving.snowflake must be given for what concerns Snowflake");
        }
        String namespace = config.lake().namespace();
        String schema = snowflake.names().schema();
        CatalogConfig catalog = config.lake().catalog();
        CatalogAccess access = snowflake.storage().access();
        return new SnowflakeSite(
                withCatalogUri(snowflake, catalog),
                namespace,
                schema == null ? namespace.toUpperCase(Locale.ROOT) : schema,
                access == null ? usual(catalog.type()) : access,
                Objects.requireNonNull(catalog.warehouse()).replaceFirst("/*$", "/"));
    }

    private static CatalogAccess usual(CatalogType type) {
        return type == CatalogType.JDBC ? CatalogAccess.OBJECT_STORE : CatalogAccess.REST;
    }

    private static SnowflakeConfig withCatalogUri(SnowflakeConfig config, CatalogConfig catalog) {
        SnowflakeConfig.Storage storage = config.storage();
        String uri = storage.catalogUri();
        if (uri == null) {
            uri = catalog.type() == CatalogType.GLUE
                    ? "https://glue.%s.amazonaws.com/iceberg".formatted(storage.awsRegion())
                    : catalog.uri();
        }
        String account = storage.awsAccount();
        return new SnowflakeConfig(
                config.login(),
                config.names(),
                new SnowflakeConfig.Storage(
                        storage.access(),
                        uri,
                        storage.catalogName(),
                        storage.awsRole(),
                        storage.awsExternalId(),
                        storage.awsRegion(),
                        account == null ? storage.awsRole().split(":", -1)[4] : account,
                        storage.oauth()),
                config.days());
    }

    String database() {
        return config.names().database();
    }

    /** The user as Snowflake keeps it: plain names are in upper case. */
    String user() {
        String user = config.login().user();
        return user.matches("[A-Za-z_][A-Za-z0-9_$]*") ? user.toUpperCase(Locale.ROOT) : user;
    }

    /** The integration that reads metadata files and knows no catalog. */
    String pinsIntegration() {
        return config.names().integration() + PINS_SUFFIX;
    }

    /** The schema of tables that show one day. */
    String daysSchema() {
        return schema + DAYS_SUFFIX;
    }

    /** The schema of views of the last day that was certified. */
    String certifiedSchema() {
        return schema + CERTIFIED_SUFFIX;
    }

    /** The name of a table of the lake in Snowflake, quoted. */
    String table(String name) {
        return SqlText.name(database(), schema, name.toUpperCase(Locale.ROOT));
    }

    /** The integration that tables are made with. */
    String tablesIntegration() {
        return access == CatalogAccess.OBJECT_STORE
                ? pinsIntegration()
                : config.names().integration();
    }

    /**
     * A file's path as Snowflake wants it.
     *
     * @throws FirnException when the file is somewhere else than the lake
     */
    String relative(String location) {
        return Optional.of(location)
                .filter(file -> file.startsWith(baseUrl))
                .map(file -> file.substring(baseUrl.length()))
                .orElseThrow(() -> new FirnException(
                        ErrorCode.CONFIG_INVALID,
                        "file %s must be under lake.catalog.warehouse %s, which is all that Snowflake is shown"
                                .formatted(location, baseUrl)));
    }
}
