package io.firn.engine.redis;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** The keys of one table's rows in Redis: how they are made, and finding those that are there. */
record TableKeys(String table, KeyTemplate template) {
    private static final String KEYS_LOOKED_AT = "1000";

    /** @param source the current table, or its change log */
    RowShape shape(Table source) {
        return RowShape.of(template, source.schema(), table);
    }

    /**
     * Finds hashes whose keys look like rows. Keys that are there from beginning to end are found, perhaps more than
     * once; the connection must have no command under way, also when {@code portion} returns.
     *
     * @param portion takes some keys at a time
     */
    static void scan(RedisSession session, String glob, Consumer<List<byte[]>> portion) {
        byte[] cursor = RedisSession.bytes("0");
        do {
            Object answer = session.call(
                    Command.SCAN,
                    cursor,
                    RedisSession.bytes("MATCH"),
                    RedisSession.bytes(glob),
                    RedisSession.bytes("COUNT"),
                    RedisSession.bytes(KEYS_LOOKED_AT),
                    RedisSession.bytes("TYPE"),
                    RedisSession.bytes("hash"));
            List<?> page = (List<?>) Objects.requireNonNull(answer);
            cursor = (byte[]) page.get(0);
            List<byte[]> keys =
                    ((List<?>) page.get(1)).stream().map(byte[].class::cast).toList();
            if (!keys.isEmpty()) {
                portion.accept(keys);
            }
        } while (cursor.length != 1 || cursor[0] != '0');
    }

    /** Removes the hashes that a pattern and a condition name, a portion at a time. */
    static void unlink(RedisSession session, String glob, Predicate<byte[]> condition) {
        Pipe<Boolean> pipe = new Pipe<>(session, (tag, answer) -> {});
        scan(session, glob, portion -> {
            for (byte[] key : portion) {
                if (condition.test(key)) {
                    pipe.send(new CommandArguments(Command.UNLINK).add(key), key.length, true);
                }
            }
            pipe.drain();
        });
    }
}
