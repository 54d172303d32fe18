package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * Where the schemas of Avro records are.
 *
 * @param url of a registry with Confluent's interface
 * @param user for basic authentication; null for none
 * @param password of the user; null for none
 */
public record SchemaRegistryConfig(
        String url, @Nullable String user, @Nullable Secret password) {

    @Override
    public String toString() {
        return "SchemaRegistryConfig[url=%s, user=%s, password=%s]".formatted(Secret.maskUri(url), user, password);
    }
}
