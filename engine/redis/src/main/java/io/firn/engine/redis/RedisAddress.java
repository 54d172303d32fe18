package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and who asks.
 *
 * @param user null for the default user
 * @param password null when none is needed
 * @param database from 0
 */
record RedisAddress(
        String host,
        int port,
        boolean tls,
        @Nullable String user,
        @Nullable Secret password,
        int database) {
    private static final int DEFAULT_PORT = 6379;

    /**
     * Reads {@code redis://[user:password@]host[:port][/database]}, {@code rediss} for TLS. User and password may be
     * percent-encoded.
     *
     * @throws FirnException when it is something else
     */
    static RedisAddress parse(String uri) {
        try {
            URI parsed = new URI(uri);
            boolean tls = "rediss".equals(parsed.getScheme());
            if (parsed.getHost() == null || (!tls && !"redis".equals(parsed.getScheme()))) {
                throw invalid(uri);
            }
            String[] credentials = credentials(uri, parsed.getRawUserInfo());
            String user = credentials[0];
            return new RedisAddress(
                    parsed.getHost(),
                    parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort(),
                    tls,
                    user.isEmpty() ? null : user,
                    credentials[1].isEmpty() ? null : new Secret(credentials[1]),
                    database(uri, parsed.getPath()));
        } catch (URISyntaxException e) {
            throw invalid(uri);
        }
    }

    private static String[] credentials(String uri, @Nullable String userInfo) {
        if (userInfo == null) {
            return new String[] {"", ""};
        }
        int colon = userInfo.indexOf(':');
        if (colon < 0) {
            throw invalid(uri);
        }
        return new String[] {decode(userInfo.substring(0, colon)), decode(userInfo.substring(colon + 1))};
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static int database(String uri, @Nullable String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        try {
            return Integer.parseUnsignedInt(path.substring(1));
        } catch (NumberFormatException e) {
            throw invalid(uri);
        }
    }

    private static FirnException invalid(String uri) {
        return new FirnException(
                ErrorCode.CONFIG_INVALID,
                "serving.redis.uri must be redis://[user:password@]host:port[/database], or rediss for TLS, but was "
                        + Secret.maskUri(uri));
    }

    /** Host, port and database: nothing that is secret. */
    @Override
    public String toString() {
        return "redis at %s:%d".formatted(host, port) + (database == 0 ? "" : " database " + database);
    }
}
