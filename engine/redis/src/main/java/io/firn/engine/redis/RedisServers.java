package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Connections to every server that takes writes: the one there is, the primary that a sentinel names, or all primaries
 * of a cluster with the hash slots that each has. Where slots or primaries move, connections are made anew.
 */
final class RedisServers implements AutoCloseable {
    private static final int SLOTS = 16_384;

    private final List<RedisSession> all;
    /** By hash slot; null when there is one server. */
    private final RedisSession @Nullable [] slots;

    private final String name;

    private RedisServers(List<RedisSession> all, RedisSession @Nullable [] slots, String name) {
        this.all = List.copyOf(all);
        this.slots = slots;
        this.name = name;
    }

    /** Connects; finds out by itself what there is. */
    static RedisServers open(RedisAddress address) {
        if (address.sentinelName() != null) {
            return single(Sentinels.primary(address));
        }
        RedisSession seed = any(address);
        if (!"cluster".equals(seed.greeting("mode"))) {
            return new RedisServers(List.of(seed), null, seed.address().toString());
        }
        try (seed) {
            return cluster(seed);
        }
    }

    private static RedisServers single(RedisSession session) {
        return new RedisServers(List.of(session), null, session.address().toString());
    }

    private static RedisSession any(RedisAddress address) {
        FirnException failure = null;
        for (HostAndPort host : address.hosts()) {
            try {
                return RedisSession.open(address.at(host));
            } catch (FirnException e) {
                failure = e;
            }
        }
        throw Objects.requireNonNull(failure);
    }

    private static RedisServers cluster(RedisSession seed) {
        Map<HostAndPort, RedisSession> sessions = new LinkedHashMap<>();
        RedisSession[] slots = new RedisSession[SLOTS];
        try {
            List<?> ranges = (List<?>) Objects.requireNonNull(seed.call(Command.CLUSTER, "SLOTS"));
            for (Object range : ranges) {
                List<?> parts = (List<?>) range;
                HostAndPort host = host((List<?>) parts.get(2), seed);
                RedisSession session = sessions.get(host);
                if (session == null) {
                    session = RedisSession.open(seed.address().at(host));
                    sessions.put(host, session);
                }
                for (long slot = (Long) parts.get(0); slot <= (Long) parts.get(1); slot++) {
                    slots[(int) slot] = session;
                }
            }
            requireAll(slots, seed);
        } catch (RuntimeException e) {
            sessions.values().forEach(RedisSession::close);
            throw e;
        }
        return new RedisServers(new ArrayList<>(sessions.values()), slots, seed.address() + " and its cluster");
    }

    /** A node that does not know its own address leaves it out. */
    private static HostAndPort host(List<?> node, RedisSession seed) {
        String host = RedisSession.text(node.get(0));
        boolean unknown = host == null || host.isEmpty() || host.equals("?");
        return new HostAndPort(unknown ? seed.address().host() : host, ((Long) node.get(1)).intValue());
    }

    private static void requireAll(RedisSession[] slots, RedisSession seed) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (slots[slot] == null) {
                throw new FirnException(
                        ErrorCode.SERVING_UNAVAILABLE,
                        "%s is part of a cluster in which nobody has hash slot %d".formatted(seed.address(), slot));
            }
        }
    }

    /** Returns the server that has a key. */
    RedisSession of(byte[] key) {
        return slots == null ? all.get(0) : slots[JedisClusterCRC16.getSlot(key)];
    }

    /** Returns the server that has a key. */
    RedisSession of(String key) {
        return of(RedisSession.bytes(key));
    }

    /** Returns all of them. */
    List<RedisSession> all() {
        return all;
    }

    boolean cluster() {
        return slots != null;
    }

    /** Returns for each server of a cluster a text in braces that only keys of that server have; empty without one. */
    List<String> tags() {
        if (slots == null) {
            return List.of();
        }
        Map<RedisSession, String> tags = new HashMap<>();
        for (int slot = SLOTS - 1; slot >= 0; slot--) {
            tags.put(slots[slot], Integer.toString(slot));
        }
        List<String> sorted = new ArrayList<>(tags.values());
        Collections.sort(sorted);
        return sorted.stream().map(slot -> tag(Integer.parseInt(slot))).toList();
    }

    /** Returns a text of that slot. */
    private static String tag(int slot) {
        int text = 0;
        while (JedisClusterCRC16.getSlot(Integer.toString(text)) != slot) {
            text++;
        }
        return Integer.toString(text);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        all.forEach(RedisSession::close);
    }
}
