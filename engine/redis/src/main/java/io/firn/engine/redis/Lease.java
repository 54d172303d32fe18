package io.firn.engine.redis;

import io.firn.catalog.FirnException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/**
 * The right to do work that two should not do at a time, for a bounded while. Only spares work: nothing goes wrong when
 * it is lost. It ends with the connection that it was taken on: whoever finds it held looks whether that is still
 * there, so that nobody waits for one who died.
 */
final class Lease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private static final Duration TERM = Duration.ofSeconds(60);
    private static final long RENEWAL_NANOS = TERM.dividedBy(4).toNanos();

    private static final String SEPARATOR = " on ";

    private final RedisSession session;
    private final String key;
    private final String holder;
    private long renewedNanos = System.nanoTime();

    private Lease(RedisSession session, String key, String holder) {
        this.session = session;
        this.key = key;
        this.holder = holder;
    }

    /** Returns the lease; empty when another holds it. Who lost the connection takes up what it held. */
    static Optional<Lease> take(RedisServers servers, String key, String holder) {
        RedisSession session = servers.of(key);
        String mine = holder + SEPARATOR + session.call(Command.CLIENT, "ID");
        String term = Long.toString(TERM.toMillis());
        if (session.call(Command.SET, key, mine, "NX", "PX", term) != null) {
            return Optional.of(new Lease(session, key, mine));
        }
        String present = RedisSession.text(session.call(Command.GET, key));
        boolean isFree = present == null || present.startsWith(holder) || isGone(session, present);
        boolean taken = isFree
                && Long.valueOf(1).equals(session.run(Script.TAKE, key, present == null ? "" : present, mine, term));
        return taken ? Optional.of(new Lease(session, key, mine)) : Optional.empty();
    }

    /** Whether the connection of a holder is no more. Where that cannot be found out, the lease has to run out. */
    private static boolean isGone(RedisSession session, String holder) {
        int separator = holder.lastIndexOf(SEPARATOR);
        if (separator < 0) {
            return false;
        }
        try {
            String found = RedisSession.text(
                    session.call(Command.CLIENT, "LIST", "ID", holder.substring(separator + SEPARATOR.length())));
            return found != null && found.isBlank();
        } catch (FirnException e) {
            LOG.debug("whether the holder of {} is there cannot be found out", holder, e);
            return false;
        }
    }

    /** Keeps it for another while when some time has passed. The connection must have no command under way. */
    void renew() {
        if (System.nanoTime() - renewedNanos > RENEWAL_NANOS) {
            renewedNanos = System.nanoTime();
            session.run(Script.RENEW, key, holder, Long.toString(TERM.toMillis()));
        }
    }

    /** Gives it up. When that cannot be said to Redis any more, it ends by itself. */
    @Override
    public void close() {
        try {
            session.run(Script.RELEASE, key, holder);
        } catch (FirnException e) {
            LOG.debug("the lease {} was not given up", key, e);
        }
    }
}
