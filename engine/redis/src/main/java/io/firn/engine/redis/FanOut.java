package io.firn.engine.redis;

import io.firn.engine.redis.Links.Embedded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.Protocol.Command;

/**
 * Brings what has changed in one table's rows to the rows of other tables that have copies of it, some at a time. A
 * script looks whether a row still refers to the changed one, and copies what that holds by then, so that it does not
 * matter when or how often this is done.
 */
final class FanOut {
    private static final int ROWS_OF_A_CALL = 32;
    private static final byte[] ROWS_OF_A_PAGE = RedisSession.bytes("500");

    private final RedisSession session;
    private final List<Embedded> dependents;
    private final Pipe<Boolean> pipe;

    /** @param dependents what other tables have of this one's rows */
    FanOut(RedisServers servers, List<Embedded> dependents) {
        this.session = servers.all().get(0);
        this.dependents = dependents;
        this.pipe = new Pipe<>(session, (tag, answer) -> {});
    }

    /** Returns whether no table has copies. */
    boolean isNeedless() {
        return dependents.isEmpty();
    }

    /** Brings the row under this key to those that refer to it. */
    void changed(byte[] key) {
        for (Embedded dependent : dependents) {
            changed(dependent, key, dependent.referring(key));
        }
    }

    private void changed(Embedded dependent, byte[] key, byte[] referring) {
        byte[] cursor = RedisSession.bytes("0");
        do {
            List<?> page = (List<?>) Objects.requireNonNull(
                    session.call(Command.SSCAN, referring, cursor, RedisSession.bytes("COUNT"), ROWS_OF_A_PAGE));
            cursor = (byte[]) page.get(0);
            List<byte[]> rows =
                    ((List<?>) page.get(1)).stream().map(byte[].class::cast).toList();
            for (int i = 0; i < rows.size(); i += ROWS_OF_A_CALL) {
                send(dependent, key, referring, rows.subList(i, Math.min(rows.size(), i + ROWS_OF_A_CALL)));
            }
            pipe.drain();
        } while (cursor.length != 1 || cursor[0] != '0');
    }

    private void send(Embedded dependent, byte[] key, byte[] referring, List<byte[]> rows) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(RedisSession.bytes(Script.EMBED.sha()));
        arguments.add(RedisSession.bytes(Integer.toString(rows.size() + 2)));
        arguments.add(key);
        arguments.add(referring);
        arguments.addAll(rows);
        dependent.fields().forEach(field -> arguments.add(RedisSession.bytes(field)));
        pipe.send(RespBuffer.command("EVALSHA", arguments.toArray(byte[][]::new)), true);
    }

    /** Brings every row that is referred to, there or not, to those that refer to it. */
    void all() {
        for (Embedded dependent : dependents) {
            int prefix = RedisSession.bytes(dependent.references()).length;
            byte[] glob = RedisSession.bytes(KeyTemplate.escaped(
                            dependent.references() + dependent.other().prefix()) + "*");
            List<byte[]> sets = new ArrayList<>();
            TableKeys.scanKeys(session, glob, "set", sets::addAll);
            for (byte[] set : sets) {
                changed(dependent, Arrays.copyOfRange(set, prefix, set.length), set);
            }
        }
    }
}
