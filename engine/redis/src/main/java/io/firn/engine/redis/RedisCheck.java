package io.firn.engine.redis;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;

/** Whether Redis is there and lets the projector in. */
public final class RedisCheck {
    private RedisCheck() {}

    /**
     * Connects to all servers that take writes, logs in, and leaves.
     *
     * @return what was found: one server, or a cluster of so many
     * @throws FirnException when Redis cannot be reached or does not permit what a projector needs, or when the tables'
     *     keys could be taken for each other's
     */
    public static String connect(RedisConfig config) {
        Placement.of(config);
        try (RedisServers servers = RedisServers.open(RedisAddress.parse(config.uri()))) {
            return servers.cluster()
                    ? "%s of %d primaries".formatted(servers, servers.all().size())
                    : servers.toString();
        }
    }
}
