package io.firn.catalog.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Snowflake as a reader of the lake.
 *
 * @param login who asks, and where
 * @param names what things are called in Snowflake
 * @param storage how Snowflake reaches the lake's files and its catalog
 * @param days how a day's tables are read
 */
public record SnowflakeConfig(Login login, Names names, Storage storage, DayMode days) {

    /** How a tagged day is read. */
    public enum DayMode {
        /** By tag where the account knows them, else from pinned metadata. */
        AUTO,
        /** {@code AT(VERSION_TAG => …)}. */
        VERSION_TAG,
        /** One table for each day that somebody asked for, made from pinned metadata. */
        PINNED
    }

    /** How Snowflake learns of new snapshots. */
    public enum CatalogAccess {
        /** From an Iceberg REST catalog; Glue has one too. */
        REST,
        /** From Glue's own interface. */
        GLUE,
        /** It does not: it is told the metadata file with every refresh. */
        OBJECT_STORE
    }

    /**
     * Who logs in, with a key pair.
     *
     * @param url JDBC URL; null for the account's own address
     * @param role the role that owns what is made
     * @param passphrase null when the key is not encrypted
     */
    public record Login(
            String account,
            @Nullable String url,
            String user,
            Path privateKey,
            @Nullable Secret passphrase,
            String role,
            String warehouse) {}

    /**
     * Names of objects in Snowflake, in the case in which Snowflake keeps them.
     *
     * @param schema the schema of the tables; null for the lake's namespace in upper case
     */
    public record Names(
            String database, @Nullable String schema, String readerRole, String externalVolume, String integration) {}

    /**
     * How Snowflake reaches the lake.
     *
     * @param access null when it follows from the lake's catalog
     * @param catalogUri address of the REST catalog as Snowflake sees it; null for the lake's own
     * @param catalogName what the REST catalog calls itself; null when it needs no name
     * @param awsRole the role that Snowflake assumes for files, and for Glue
     * @param awsExternalId what the role's trust policy asks for; null when Snowflake makes one up
     * @param awsRegion region of Glue; null when the catalog is another
     * @param awsAccount account of Glue; null when the catalog is another
     * @param oauth how a REST catalog other than Glue is logged in to; null when it asks for nothing
     */
    public record Storage(
            @Nullable CatalogAccess access,
            @Nullable String catalogUri,
            @Nullable String catalogName,
            String awsRole,
            @Nullable String awsExternalId,
            @Nullable String awsRegion,
            @Nullable String awsAccount,
            @Nullable OAuth oauth) {}

    /** A client of a REST catalog. */
    public record OAuth(String clientId, Secret clientSecret) {}
}
