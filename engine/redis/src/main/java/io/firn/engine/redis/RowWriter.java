package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.bytes;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table, each guarded by its version, and counts what came of it. Several rows go into one call of a
 * script where one server has them all; in a cluster, where keys of one call must be of one hash slot, each goes alone.
 */
final class RowWriter {
    private static final int MAX_ROWS = 64;
    private static final int MAX_BYTES = 64 << 10;
    private static final byte[] HSET = bytes("HSET");
    private static final byte[] RESTORE = bytes("RESTORE");
    private static final byte[] NO_EXPIRY = bytes("0");
    private static final byte[] REPLACE = bytes("REPLACE");

    private final RedisServers servers;
    private final RowPlace place;
    private final HashEncoder encoder;
    private final boolean canRestore;
    private final RespBuffer pairs = new RespBuffer(1 << 10);
    private final Pipes<Sent> pipes;
    private final Map<RedisSession, Map<Script, Batch>> batches = new HashMap<>();
    private final Map<Script, byte[]> heads = new EnumMap<>(Script.class);
    private final int maxRows;
    private long written;
    private long deleted;
    private long outdated;

    /**
     * @param fields of rows that are hashes, in the order of their values; empty when none are written
     * @param tombstones how long a deleted row's version is remembered
     */
    RowWriter(RedisServers servers, RowPlace place, List<String> fields, Duration tombstones) {
        this(servers, place, fields, tombstones, Hashes.BY_FIELDS);
    }

    /** How hashes are written. */
    enum Hashes {
        BY_FIELDS,
        /** As a {@link HashDump}, where it is small enough for one; only for hashes with nothing else in them. */
        AS_DUMPS
    }

    /** The same, with a choice of how hashes are written. */
    RowWriter(RedisServers servers, RowPlace place, List<String> fields, Duration tombstones, Hashes hashes) {
        this.servers = servers;
        this.place = place;
        this.encoder = new HashEncoder(place.version(), fields);
        this.canRestore = hashes == Hashes.AS_DUMPS;
        this.pipes = new Pipes<>(servers, this::count);
        this.maxRows = servers.cluster() ? 1 : MAX_ROWS;
        heads.put(place.script(), writing());
        heads.put(Script.RESTORE, new RespBuffer(64).bulk(place.version()).toBytes());
        heads.put(Script.DELETE, deletion(tombstones));
        heads.put(Script.SWEEP, deletion(tombstones));
    }

    private byte[] writing() {
        RespBuffer head = new RespBuffer(64).bulk(place.version());
        place.linked().forEach(argument -> head.bulk(bytes(argument)));
        if (place.script() == Script.UPSERT) {
            head.bulk(encoder.fields().size());
            encoder.fields().forEach(head::bulk);
        }
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
        RespBuffer dump = canRestore ? encoder.dump(version, row.values()) : null;
        if (dump != null) {
            Batch batch = batch(Script.RESTORE, row.key());
            batch.arguments.bulk(version).bulk(dump);
            batch.add(row.key(), 2);
            return;
        }
        Batch batch = batch(place.script(), row.key());
        batch.arguments.bulk(version);
        int arguments = 1 + row.links() + addValues(row.values(), batch.arguments);
        batch.arguments.raw(row.encodedLinks());
        batch.add(row.key(), arguments);
    }

    private int addValues(byte[] values, RespBuffer arguments) {
        if (!place.isHash()) {
            arguments.bulk(values);
            return 1;
        }
        return place.script() == Script.LINK
                ? encoder.addOneByOne(values, arguments)
                : encoder.addTogether(values, arguments);
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
        pipes.to(row.key()).send(place.isHash() ? hash(version, row) : string(version, row), new Sent(null, 1));
    }

    private byte[] hash(byte[] version, WritableRow row) {
        RespBuffer dump = canRestore ? encoder.dump(version, row.values()) : null;
        if (dump != null) {
            return new RespBuffer(row.key().length + dump.size() + 64)
                    .array(5)
                    .bulk(RESTORE)
                    .bulk(row.key())
                    .bulk(NO_EXPIRY)
                    .bulk(dump)
                    .bulk(REPLACE)
                    .toBytes();
        }
        pairs.clear();
        int present = encoder.addPairs(row.values(), pairs);
        return new RespBuffer(row.key().length + pairs.size() + 128)
                .array(4 + 2 * present)
                .bulk(HSET)
                .bulk(row.key())
                .bulk(place.version())
                .bulk(version)
                .raw(pairs)
                .toBytes();
    }

    private byte[] string(byte[] version, WritableRow row) {
        byte[] text = new RespBuffer(row.values().length + 64)
                .raw(place.version())
                .raw(version)
                .raw(row.values())
                .toBytes();
        return RespBuffer.command("SET", row.key(), text);
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
            if (script == Script.RESTORE) {
                return 1;
            }
            if (script != place.script()) {
                return 3 + place.removed().size();
            }
            return script == Script.UPSERT
                    ? 2 + encoder.fields().size()
                    : 1 + place.linked().size();
        }
    }
}
