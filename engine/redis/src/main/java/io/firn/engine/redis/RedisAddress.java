package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is and who asks.
 *
 * @param hosts servers to ask first, or sentinels
 * @param user null for the default user
 * @param password null when none is needed
 * @param database from 0
 * @param sentinelName what the sentinels call the primary; null when {@code hosts} are no sentinels
 */
record RedisAddress(
        List<HostAndPort> hosts,
        boolean tls,
        @Nullable String user,
        @Nullable Secret password,
        int database,
        @Nullable String sentinelName) {
    private static final int DEFAULT_PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;
    private static final Pattern URI =
            Pattern.compile("(rediss?)(-sentinel)?://(?:([^@/]*)@)?([^@/#]+)(?:/(\\d*))?(?:#(.+))?");
    private static final Pattern HOST = Pattern.compile("(\\[[^\\]]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

    RedisAddress {
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads {@code redis://[user:password@]host[:port][,host:port][/database]}, {@code rediss} for TLS, and
     * {@code redis-sentinel://…#name}. User and password may be percent-encoded.
     *
     * @throws FirnException when it is something else
     */
    static RedisAddress parse(String uri) {
        Matcher parts = URI.matcher(uri);
        if (!parts.matches() || (parts.group(2) == null) != (parts.group(6) == null)) {
            throw invalid(uri);
        }
        boolean sentinel = parts.group(2) != null;
        String[] login = login(uri, parts.group(3));
        return new RedisAddress(
                hosts(uri, parts.group(4), sentinel ? SENTINEL_PORT : DEFAULT_PORT),
                parts.group(1).equals("rediss"),
                login[0].isEmpty() ? null : login[0],
                login[1].isEmpty() ? null : new Secret(login[1]),
                database(uri, parts.group(5)),
                parts.group(6));
    }

    private static List<HostAndPort> hosts(String uri, String text, int defaultPort) {
        List<HostAndPort> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher host = HOST.matcher(one);
            if (!host.matches()) {
                throw invalid(uri);
            }
            int port = host.group(2) == null ? defaultPort : Integer.parseInt(host.group(2));
            hosts.add(new HostAndPort(host.group(1), port));
        }
        return hosts;
    }

    private static String[] login(String uri, @Nullable String userInfo) {
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

    private static int database(String uri, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        if (text.length() > 4) {
            throw invalid(uri);
        }
        return Integer.parseInt(text);
    }

    private static FirnException invalid(String uri) {
        return new FirnException(
                ErrorCode.CONFIG_INVALID,
                "serving.redis.uri must be redis://[user:password@]host:port[/database], rediss for TLS, or"
                        + " redis-sentinel://…#name, but was " + Secret.maskUri(uri));
    }

    /** Returns the address of one server, with the same login. */
    RedisAddress at(HostAndPort host) {
        return new RedisAddress(List.of(host), tls, user, password, database, null);
    }

    /** Returns the address of a sentinel that asks for no login. */
    RedisAddress sentinel(HostAndPort host) {
        return new RedisAddress(List.of(host), tls, null, null, 0, null);
    }

    /** Returns the address of a sentinel that asks for the login of the servers. */
    RedisAddress sentinelWithLogin(HostAndPort host) {
        return new RedisAddress(List.of(host), tls, user, password, 0, null);
    }

    /** Returns the first host. */
    String host() {
        return hosts.get(0).getHost();
    }

    /** Returns the first host's port. */
    int port() {
        return hosts.get(0).getPort();
    }

    /** Host, port and database: nothing that is secret. */
    @Override
    public String toString() {
        return "redis at %s:%d".formatted(host(), port()) + (database == 0 ? "" : " database " + database);
    }
}
