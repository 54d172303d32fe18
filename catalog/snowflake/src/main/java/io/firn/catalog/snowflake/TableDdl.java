package io.firn.catalog.snowflake;

import io.firn.catalog.config.SnowflakeConfig.CatalogAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What Firn's own role makes: schemas, one Iceberg table for each table, and the right to read them. */
final class TableDdl {

    private final SnowflakeSite site;

    TableDdl(SnowflakeSite site) {
        this.site = site;
    }

    List<Step> steps(List<LakeTable> tables) {
        List<Step> steps = new ArrayList<>();
        for (String schema : schemas()) {
            steps.add(schema(schema));
        }
        tables.forEach(table -> steps.add(table(table)));
        return steps;
    }

    private List<String> schemas() {
        return List.of(site.schema(), site.daysSchema(), site.certifiedSchema());
    }

    private Step schema(String schema) {
        return Step.once(
                Step.Part.ROLE,
                "SCHEMA",
                schema,
                "SHOW SCHEMAS LIKE %s IN DATABASE %s".formatted(SqlText.pattern(schema), SqlText.name(site.database())),
                "CREATE SCHEMA IF NOT EXISTS " + SqlText.name(site.database(), schema));
    }

    private Step table(LakeTable table) {
        String name = table.name().toUpperCase(Locale.ROOT);
        return Step.once(
                Step.Part.ROLE,
                "ICEBERG TABLE",
                name,
                "SHOW ICEBERG TABLES LIKE %s IN SCHEMA %s"
                        .formatted(SqlText.pattern(name), SqlText.name(site.database(), site.schema())),
                """
                CREATE ICEBERG TABLE IF NOT EXISTS %s
                  EXTERNAL_VOLUME = %s
                  CATALOG = %s
                %s""".formatted(
                                site.table(table.name()),
                                SqlText.text(site.config().names().externalVolume()),
                                SqlText.text(site.tablesIntegration()),
                                origin(table)));
    }

    private String origin(LakeTable table) {
        if (site.access() == CatalogAccess.OBJECT_STORE) {
            return "  METADATA_FILE_PATH = " + SqlText.text(site.relative(table.metadataLocation()));
        }
        return "  CATALOG_TABLE_NAME = %s\n  CATALOG_NAMESPACE = %s\n  AUTO_REFRESH = TRUE"
                .formatted(SqlText.text(table.name()), SqlText.text(site.namespace()));
    }

    /** What the readers may; run after everything is made. */
    List<Step> grants() {
        List<Step> grants = new ArrayList<>();
        for (String schema : schemas()) {
            String name = SqlText.name(site.database(), schema);
            grants.add(grant("USAGE ON SCHEMA " + name));
            for (String kind : List.of("ICEBERG TABLES", "VIEWS")) {
                grants.add(grant("SELECT ON ALL %s IN SCHEMA %s".formatted(kind, name)));
            }
        }
        grants.add(grant("USAGE ON PROCEDURE " + SqlText.name(site.database(), site.schema(), AsOfProcedure.NAME)
                + "(VARCHAR, DATE)"));
        return grants;
    }

    private Step grant(String what) {
        String reader = site.config().names().readerRole();
        return Step.always(
                Step.Part.ROLE, "GRANT", reader, "GRANT %s TO ROLE %s".formatted(what, SqlText.name(reader)));
    }

    /** Tells Snowflake to look at a table's newest snapshot now. */
    String refresh(LakeTable table) {
        String refresh = "ALTER ICEBERG TABLE " + site.table(table.name()) + " REFRESH";
        return site.access() == CatalogAccess.OBJECT_STORE
                ? refresh + " " + SqlText.text(site.relative(table.metadataLocation()))
                : refresh;
    }
}
