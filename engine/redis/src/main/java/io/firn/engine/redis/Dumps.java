package io.firn.engine.redis;

import io.firn.catalog.FirnException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** Whether Redis takes dumps is found out with one: a proxy or a user's rights may not let them pass. */
final class Dumps {
    private static final Logger LOG = LoggerFactory.getLogger(Dumps.class);

    private Dumps() {}

    /** Returns whether {@code servers} restore a small hash. */
    static boolean areTakenBy(RedisServers servers) {
        String key = "firn:estimate:" + UUID.randomUUID();
        RedisSession session = servers.of(key);
        HashDump dump = new HashDump();
        dump.clear();
        for (String text : List.of("field", "value")) {
            dump.add(RedisSession.bytes(text), 0, text.length());
        }
        try {
            session.call(
                    Command.RESTORE,
                    RedisSession.bytes(key),
                    RedisSession.bytes("0"),
                    dump.dump().toBytes());
            session.call(Command.UNLINK, key);
            return true;
        } catch (FirnException e) {
            LOG.info("{} takes no dumps, so fields are written one by one: {}", servers, e.getMessage());
            return false;
        }
    }
}
