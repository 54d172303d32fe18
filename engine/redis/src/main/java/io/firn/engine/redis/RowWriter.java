package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.bytes;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table, each guarded by its version, and counts what came of it. Several rows go into one call of a
 * script where one server has them all; in a cluster, where keys of one call must be of one hash slot, each goes alone.
 */
final class RowWriter {
    private static final int MAX_ROWS = 32;
    private static final int MAX_BYTES = 32 << 10;
    private static final byte[] LOADED = bytes("HSET");
    private static final byte[] SET = bytes("SET");

    private final RedisServers servers;
    private final RowPlace place;
    private final Pipes<Sent> pipes;
    private final Map<RedisSession, Map<Script, Batch>> batches = new HashMap<>();
    private final Map<Script, byte[]> heads = new EnumMap<>(Script.class);
    private final int maxRows;
    private long written;
    private long deleted;
    private long outdated;

    /** @param tombstones how long a deleted row's version is remembered */
    RowWriter(RedisServers servers, RowPlace place, Duration tombstones) {
        this.servers = servers;
        this.place = place;
        this.pipes = new Pipes<>(servers, this::count);
        this.maxRows = servers.cluster() ? 1 : MAX_ROWS;
        heads.put(place.script(), writing());
        heads.put(Script.DELETE, deletion(tombstones));
        heads.put(Script.SWEEP, deletion(tombstones));
    }

    private byte[] writing() {
        RespBuffer head = new RespBuffer(64).bulk(place.version());
        place.linked().forEach(argument -> head.bulk(bytes(argument)));
        return head.toBytes();
    }

    private byte[] deletion(Duration tombstones) {
        RespBuffer head = new RespBuffer(64)
                .bulk(place.version())
                .bulk(tombstones.toMillis())
                .bulk(place.removed().size());
        place.removed().forEach(field -> head.bulk(bytes(field)));
        return head.toBytes();
    }

    private record Sent(@Nullable Script script, int rows) {}

    /** Writes a row unless Redis has something newer. */
    void upsert(byte[] version, WritableRow row) {
        Batch batch = batch(place.script(), row.key());
        batch.arguments.bulk(version).raw(row.encoded());
        batch.add(row.key(), 1 + row.arguments());
    }

    /** Deletes a row unless Redis has something as new or newer. */
    void delete(byte[] version, byte[] key) {
        remove(Script.DELETE, version, key);
    }

    /** Deletes a row that is older than {@code version}. */
    void sweep(byte[] version, byte[] key) {
        remove(Script.SWEEP, version, key);
    }

    private void remove(Script script, byte[] version, byte[] key) {
        Batch batch = batch(script, key);
        batch.arguments.bulk(version);
        batch.add(key, 1);
    }

    /** Writes a row whatever Redis has; for keys that nobody else knows yet. */
    void load(byte[] version, WritableRow row) {
        RespBuffer command = new RespBuffer(row.encoded().length + 128);
        if (place.isHash()) {
            command.array(4 + row.arguments()).bulk(LOADED).bulk(row.key());
            command.bulk(place.version()).bulk(version).raw(row.encoded());
        } else {
            command.array(3).bulk(SET).bulk(row.key()).raw(row.encoded());
        }
        pipes.to(row.key()).send(command.toBytes(), new Sent(null, 1));
    }

    private Batch batch(Script script, byte[] key) {
        RedisSession session = servers.of(key);
        return batches.computeIfAbsent(session, s -> new EnumMap<>(Script.class))
                .computeIfAbsent(script, s -> new Batch(s, pipes.to(session)));
    }

    private void count(Sent sent, @Nullable Object answer) {
        long done = sent.script() != null && answer instanceof Long number ? number : sent.rows();
        if (sent.script() == Script.DELETE || sent.script() == Script.SWEEP) {
            deleted += done;
        } else {
            written += done;
        }
        outdated += sent.script() == Script.SWEEP ? 0 : sent.rows() - done;
    }

    /** Waits until Redis has done everything, and returns what came of it since the last call. */
    Applied drain() {
        batches.values().forEach(open -> open.values().forEach(Batch::send));
        pipes.drain();
        Applied applied = new Applied(written, deleted, outdated);
        written = 0;
        deleted = 0;
        outdated = 0;
        return applied;
    }

    /** Rows that one call of a script writes. */
    private final class Batch {
        private final Script script;
        private final Pipe<Sent> pipe;
        private final RespBuffer keys = new RespBuffer(4 << 10);
        private final RespBuffer arguments = new RespBuffer(MAX_BYTES);
        private int rows;
        private int count;

        Batch(Script script, Pipe<Sent> pipe) {
            this.script = script;
            this.pipe = pipe;
        }

        void add(byte[] key, int argumentsOfRow) {
            keys.bulk(key).bulk(place.tombstone(key));
            count += argumentsOfRow;
            rows++;
            if (rows >= maxRows || arguments.size() >= MAX_BYTES) {
                send();
            }
        }

        void send() {
            if (rows == 0) {
                return;
            }
            byte[] head = heads.getOrDefault(script, new byte[0]);
            RespBuffer command = new RespBuffer(keys.size() + arguments.size() + head.length + 128)
                    .array(3 + 2 * rows + headArguments() + count)
                    .bulk(bytes("EVALSHA"))
                    .bulk(bytes(script.sha()))
                    .bulk(2L * rows)
                    .raw(keys)
                    .raw(head)
                    .raw(arguments);
            pipe.send(command.toBytes(), new Sent(script, rows));
            keys.clear();
            arguments.clear();
            rows = 0;
            count = 0;
        }

        private int headArguments() {
            return script == place.script()
                    ? 1 + place.linked().size()
                    : 3 + place.removed().size();
        }
    }
}
