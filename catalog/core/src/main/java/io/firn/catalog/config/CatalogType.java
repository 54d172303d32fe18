package io.firn.catalog.config;

/** The kinds of Iceberg catalog. */
public enum CatalogType {
    JDBC,
    GLUE,
    REST
}
