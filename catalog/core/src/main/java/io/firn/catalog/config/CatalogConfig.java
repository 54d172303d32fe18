package io.firn.catalog.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Iceberg catalog.
 *
 * @param uri JDBC URL or REST address; null for Glue. A SQLite path in it is absolute
 * @param warehouse root location as a URI ({@code file:/…}, {@code s3://…}); null only where a REST catalog decides
 * @param properties further Iceberg catalog properties, handed through as they are
 */
public record CatalogConfig(
        CatalogType type, @Nullable String uri, @Nullable String warehouse, Map<String, String> properties) {

    public CatalogConfig {
        properties = Map.copyOf(properties);
    }

    @Override
    public String toString() {
        return "CatalogConfig[type=%s, uri=%s, warehouse=%s, properties=%s]"
                .formatted(type, uri == null ? null : Secret.maskUri(uri), warehouse, Secret.mask(properties));
    }
}
