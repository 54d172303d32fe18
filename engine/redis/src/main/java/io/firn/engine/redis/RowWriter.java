package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.bytes;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;

/** Writes rows of one table, each guarded by its version, and counts what came of it. */
final class RowWriter {
    private static final Map<Script, Rawable> SHAS = shas();
    private static final Rawable TWO_KEYS = RawableFactory.from(bytes("2"));
    private static final Rawable VERSION = RawableFactory.from(bytes(RowShape.VERSION_FIELD));
    private static final int OVERHEAD_BYTES = 100;

    private final Pipe<Kind> pipe;
    private final Rawable[] fields;
    private final int fieldBytes;
    private final byte[] tombstoneMillis;
    private long written;
    private long deleted;
    private long outdated;

    /** @param fields in the order in which rows are packed */
    RowWriter(RedisSession session, List<String> fields, Duration tombstones) {
        this.pipe = new Pipe<>(session, this::count);
        this.fields = fields.stream().map(f -> RawableFactory.from(bytes(f))).toArray(Rawable[]::new);
        this.fieldBytes = fields.stream().mapToInt(field -> field.length() + 10).sum();
        this.tombstoneMillis = bytes(Long.toString(tombstones.toMillis()));
    }

    private static Map<Script, Rawable> shas() {
        Map<Script, Rawable> shas = new EnumMap<>(Script.class);
        for (Script script : Script.values()) {
            shas.put(script, RawableFactory.from(bytes(script.sha())));
        }
        return shas;
    }

    private enum Kind {
        WRITE,
        LOAD,
        DELETE,
        SWEEP
    }

    /** Writes a row unless Redis has something newer. */
    void upsert(byte[] version, PackedRow row) {
        byte[] key = Objects.requireNonNull(row.next());
        byte[][] values = values(row);
        int present = 0;
        for (byte[] value : values) {
            present += value == null ? 0 : 2;
        }
        CommandArguments command = script(Script.UPSERT, key).add(version).add(present);
        addPresent(command, values);
        for (int i = 0; i < fields.length; i++) {
            if (values[i] == null) {
                command.add(fields[i]);
            }
        }
        pipe.send(command, row.size() + fieldBytes + OVERHEAD_BYTES, Kind.WRITE);
    }

    /** Writes a row whatever Redis has; for keys that nobody else knows yet. */
    void load(byte[] version, PackedRow row) {
        CommandArguments command = new CommandArguments(Command.HSET)
                .add(Objects.requireNonNull(row.next()))
                .add(VERSION)
                .add(version);
        addPresent(command, values(row));
        pipe.send(command, row.size() + fieldBytes + OVERHEAD_BYTES, Kind.LOAD);
    }

    private byte[] @Nullable [] values(PackedRow row) {
        byte[][] values = new byte[fields.length][];
        for (int i = 0; i < fields.length; i++) {
            values[i] = row.next();
        }
        return values;
    }

    private void addPresent(CommandArguments command, byte[] @Nullable [] values) {
        for (int i = 0; i < fields.length; i++) {
            byte[] value = values[i];
            if (value != null) {
                command.add(fields[i]).add(value);
            }
        }
    }

    /** Deletes a row unless Redis has something as new or newer. */
    void delete(byte[] version, byte[] key) {
        CommandArguments command = script(Script.DELETE, key).add(version).add(tombstoneMillis);
        pipe.send(command, 2 * key.length + OVERHEAD_BYTES, Kind.DELETE);
    }

    /** Deletes a row that is older than {@code version}. */
    void sweep(byte[] version, byte[] key) {
        CommandArguments command = script(Script.SWEEP, key).add(version).add(tombstoneMillis);
        pipe.send(command, 2 * key.length + OVERHEAD_BYTES, Kind.SWEEP);
    }

    private static CommandArguments script(Script script, byte[] key) {
        return new CommandArguments(Command.EVALSHA)
                .add(SHAS.get(script))
                .add(TWO_KEYS)
                .add(key)
                .add(KeyTemplate.tombstone(key));
    }

    private void count(Kind kind, @Nullable Object answer) {
        long done = kind == Kind.LOAD || !Long.valueOf(0).equals(answer) ? 1 : 0;
        switch (kind) {
            case WRITE, LOAD -> written += done;
            case DELETE, SWEEP -> deleted += done;
        }
        outdated += kind == Kind.SWEEP ? 0 : 1 - done;
    }

    /** Waits until Redis has done everything, and returns what came of it since the last call. */
    Applied drain() {
        pipe.drain();
        Applied applied = new Applied(written, deleted, outdated);
        written = 0;
        deleted = 0;
        outdated = 0;
        return applied;
    }
}
