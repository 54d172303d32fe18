package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** Asks sentinels which server is the primary now. */
final class Sentinels {
    private Sentinels() {}

    /** Returns a connection to the primary, as the first sentinel that answers names it. */
    static RedisSession primary(RedisAddress address) {
        String name = Objects.requireNonNull(address.sentinelName());
        FirnException failure = null;
        for (HostAndPort sentinel : address.hosts()) {
            try {
                return connect(address, ask(address, sentinel, name));
            } catch (FirnException e) {
                failure = e;
            }
        }
        throw Objects.requireNonNull(failure);
    }

    /** Sentinels often have no password; where they have, it is the servers'. */
    private static HostAndPort ask(RedisAddress address, HostAndPort sentinel, String name) {
        try {
            return ask(address.sentinel(sentinel), name);
        } catch (FirnException e) {
            if (e.code() != ErrorCode.ACCESS_DENIED || address.password() == null) {
                throw e;
            }
            return ask(address.sentinelWithLogin(sentinel), name);
        }
    }

    private static HostAndPort ask(RedisAddress sentinel, String name) {
        try (RedisSession session = RedisSession.connect(sentinel)) {
            List<?> answer = (List<?>) session.call(Command.SENTINEL, "get-master-addr-by-name", name);
            if (answer == null) {
                throw new FirnException(
                        ErrorCode.SERVING_UNAVAILABLE, "sentinel of %s watches no %s".formatted(sentinel, name));
            }
            return new HostAndPort(text(answer.get(0)), Integer.parseInt(text(answer.get(1))));
        }
    }

    private static String text(@Nullable Object part) {
        return Objects.requireNonNull(RedisSession.text(part));
    }

    /** A sentinel may name a primary of before for a moment. */
    private static RedisSession connect(RedisAddress address, HostAndPort primary) {
        RedisSession session = RedisSession.open(address.at(primary));
        if ("master".equals(session.greeting("role"))) {
            return session;
        }
        session.close();
        throw new FirnException(
                ErrorCode.SERVING_UNAVAILABLE,
                "%s is not the primary, as its sentinel says it is: a failover is under way"
                        .formatted(session.address()));
    }
}
