package io.firn.catalog.config;

/**
 * A PostgreSQL login.
 *
 * @param url JDBC URL
 */
public record PostgresConfig(String url, String user, Secret password) {

    @Override
    public String toString() {
        return "PostgresConfig[url=%s, user=%s, password=%s]".formatted(Secret.maskUri(url), user, password);
    }
}
