package io.firn.catalog.config;

/**
 * Where the tables are.
 *
 * @param namespace the namespace all tables live in
 */
public record LakeConfig(CatalogConfig catalog, String namespace) {}
