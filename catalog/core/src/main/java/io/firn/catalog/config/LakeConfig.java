package io.firn.catalog.config;

/**
 * Where the tables are.
 *
 * @param namespace the namespace all tables live in; dots separate levels
 */
public record LakeConfig(CatalogConfig catalog, String namespace) {}
