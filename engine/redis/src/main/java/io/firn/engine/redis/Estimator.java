package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/** Measures what rows take in this very Redis: writes a few under names of their own, asks, and removes them. */
final class Estimator {
    private static final int FILES = 8;
    private static final int ROWS_OF_A_FILE = 250;
    /** A key's place in the index of keys, which grows by doubling. */
    private static final long INDEX_BYTES = 16;

    private final ProjectionContext context;
    private final byte[] prefix = RedisSession.bytes("firn:estimate:" + UUID.randomUUID() + ":");

    Estimator(ProjectionContext context) {
        this.context = context;
    }

    Estimate of(LakeTable table) {
        Snapshot snapshot = table.snapshot();
        return new Estimate(
                context.keys().table(), rows(snapshot), bytesPerRow(table), sum("used_memory"), sum("maxmemory"));
    }

    /** @throws FirnException when the table does not fit beside what is there */
    void requireRoom(LakeTable table) {
        if (sum("maxmemory") == 0) {
            return;
        }
        Estimate estimate = of(table);
        if (!estimate.fits()) {
            throw new FirnException(
                    ErrorCode.SERVING_UNAVAILABLE,
                    "%s has room for %d bytes more, and the %d rows of table %s take about %d: %d each"
                            .formatted(
                                    context.servers(),
                                    Math.max(0, estimate.limitBytes() - estimate.usedBytes()),
                                    estimate.rows(),
                                    estimate.table(),
                                    estimate.bytes(),
                                    estimate.bytesPerRow()));
        }
    }

    private static long rows(@Nullable Snapshot snapshot) {
        return snapshot == null
                ? 0
                : count(snapshot.summary(), "total-records") - count(snapshot.summary(), "total-position-deletes");
    }

    private static long count(Map<String, String> summary, String name) {
        return Long.parseLong(summary.getOrDefault(name, "0"));
    }

    private long bytesPerRow(LakeTable table) {
        List<byte[]> keys = new ArrayList<>();
        try {
            for (FileScanTask file : sample(LakeRows.portions(table.current(), table.snapshot()))) {
                write(table, file, keys);
            }
            return keys.isEmpty() ? 0 : measure(keys) / keys.size() + INDEX_BYTES;
        } finally {
            remove(keys);
        }
    }

    private static List<FileScanTask> sample(List<List<FileScanTask>> portions) {
        List<FileScanTask> all = portions.stream().flatMap(List::stream).toList();
        int step = Math.max(1, all.size() / FILES);
        List<FileScanTask> some = new ArrayList<>();
        for (int i = 0; i < all.size() && some.size() < FILES; i += step) {
            some.add(all.get(i));
        }
        return some;
    }

    private void write(LakeTable table, FileScanTask file, List<byte[]> keys) {
        byte[] version = Version.completeAt(table.cut());
        RowShape shape = context.keys().shape(table.current());
        Generation generation = context.keys().template().hasGenerations() ? Generation.of(1) : Generation.NONE;
        RowWriter writer = context.writer(shape);
        try (LakeRows.Relation relation = context.rows().open(table.current(), table.snapshot(), List.of(file));
                RowQuery rows = new RowQuery(
                        relation.connection(),
                        shape.rows(List.of(), relation.sql() + " LIMIT " + ROWS_OF_A_FILE, generation),
                        "estimating table " + context.keys().table())) {
            while (rows.next()) {
                WritableRow row = rows.writable(1, context.keys().links());
                byte[] key = new RespBuffer(64).raw(prefix).raw(row.key()).toBytes();
                keys.add(key);
                writer.load(version, row.under(key));
            }
        }
        writer.drain();
    }

    private long measure(List<byte[]> keys) {
        long[] bytes = {0};
        Pipes<byte[]> pipes = new Pipes<>(
                context.servers(), (key, answer) -> bytes[0] += (Long) Objects.requireNonNull(answer) - prefix.length);
        for (byte[] key : keys) {
            pipes.to(key).send(RespBuffer.command("MEMORY", RedisSession.bytes("USAGE"), key), key);
        }
        pipes.drain();
        return bytes[0];
    }

    private void remove(List<byte[]> keys) {
        Pipes<Boolean> pipes = new Pipes<>(context.servers(), (tag, answer) -> {});
        keys.forEach(key -> pipes.send("UNLINK", key, true));
        pipes.drain();
    }

    /** Returns a number of INFO over all servers; 0 where this user may not ask. */
    private long sum(String item) {
        long sum = 0;
        for (RedisSession session : context.servers().all()) {
            try {
                String info = String.valueOf(RedisSession.text(session.call(Command.INFO, "memory")));
                sum += info.lines()
                        .filter(line -> line.startsWith(item + ":"))
                        .mapToLong(line -> Long.parseLong(line.substring(item.length() + 1)))
                        .sum();
            } catch (FirnException e) {
                if (e.code() != ErrorCode.ACCESS_DENIED) {
                    throw e;
                }
            }
        }
        return sum;
    }
}
