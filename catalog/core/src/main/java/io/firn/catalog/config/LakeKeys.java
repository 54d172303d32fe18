package io.firn.catalog.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code lake}: the catalog and the namespace. */
final class LakeKeys {

    static final Key<CatalogType> TYPE = Key.optional(
            "type",
            Types.oneOf(CatalogType.class),
            "jdbc",
            "`jdbc` is a catalog in a database, SQLite in a file by default; `glue` is AWS Glue; `rest` is any Iceberg"
                    + " REST catalog.");
    static final Key<String> URI = Key.optional(
            "uri",
            Types.TEXT,
            "JDBC URL or address of the REST catalog. For `jdbc`, left out, it is `jdbc:sqlite:./lake/catalog.db`.");
    static final Key<String> WAREHOUSE = Key.optional(
            "warehouse",
            Types.TEXT,
            "Root of the tables' files: a folder or an `s3://` location. For `jdbc`, left out, it is"
                    + " `./lake/warehouse`; for `glue` it must be given; a `rest` catalog may have its own, and calls it by a name.");
    static final Key<Map<String, String>> PROPERTIES = Key.optional(
            "properties",
            Types.PROPERTIES,
            "Further Iceberg catalog properties, such as `s3.endpoint` or `glue.id`, handed through as they are.");
    static final Section CATALOG = new Section(
            "catalog",
            Section.Form.ALWAYS,
            "The Iceberg catalog that knows the tables.",
            List.of(TYPE, URI, WAREHOUSE, PROPERTIES),
            List.of());

    static final Key<String> NAMESPACE = Key.required(
            "namespace",
            Types.matching(
                    "lowercase name",
                    Pattern.compile("[a-z_][a-z0-9_]*"),
                    "must be lowercase letters, digits and underscores, not beginning with a digit,"),
            "The namespace (database) that holds all tables.");
    static final Section LAKE =
            new Section("lake", Section.Form.ALWAYS, "Where the tables are.", List.of(NAMESPACE), List.of(CATALOG));

    private static final String DEFAULT_URI = "jdbc:sqlite:./lake/catalog.db";
    private static final String DEFAULT_WAREHOUSE = "./lake/warehouse";

    private LakeKeys() {}

    static void check(Values lake, Problems problems) {
        Values catalog = lake.part(CATALOG);
        CatalogType type = catalog.find(TYPE).orElse(CatalogType.JDBC);
        String uri = catalog.find(URI).orElse(type == CatalogType.REST ? "" : DEFAULT_URI);
        if (type == CatalogType.JDBC && !uri.startsWith("jdbc:")) {
            problems.add(
                    catalog.line(URI),
                    catalog.path("uri") + " must begin with jdbc: for type jdbc but was " + Secret.maskUri(uri));
        }
        if (type == CatalogType.REST && !uri.matches("https?://.+")) {
            problems.add(
                    catalog.line(URI),
                    catalog.path("uri") + " must be an http or https address for type rest but was "
                            + (uri.isEmpty() ? "not given" : Secret.maskUri(uri)));
        }
        if (type == CatalogType.GLUE && catalog.find(WAREHOUSE).isEmpty()) {
            problems.add(catalog.line(), catalog.path("warehouse") + " must be given for type glue");
        }
    }

    static LakeConfig build(Values lake, Folder folder) {
        Values catalog = lake.part(CATALOG);
        CatalogType type = catalog.of(TYPE);
        boolean embedded = type == CatalogType.JDBC;
        return new LakeConfig(
                new CatalogConfig(
                        type,
                        catalog.find(URI)
                                .or(() -> Optional.of(DEFAULT_URI).filter(uri -> embedded))
                                .map(folder::catalogUri)
                                .orElse(null),
                        catalog.find(WAREHOUSE)
                                .or(() -> Optional.of(DEFAULT_WAREHOUSE).filter(path -> embedded))
                                .map(text -> type == CatalogType.REST && isName(text) ? text : folder.location(text))
                                .orElse(null),
                        catalog.find(PROPERTIES).orElse(Map.of())),
                lake.of(NAMESPACE));
    }

    /** REST catalogs have warehouses of their own, which go by names, account numbers or ARNs. */
    private static boolean isName(String warehouse) {
        return !warehouse.contains("/") && !warehouse.startsWith(".");
    }
}
