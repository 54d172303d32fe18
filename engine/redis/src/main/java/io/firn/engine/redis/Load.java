package io.firn.engine.redis;

import io.firn.catalog.FirnException;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.FileScanTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** Writes the rows of a current table into one generation. */
final class Load {
    private static final Logger LOG = LoggerFactory.getLogger(Load.class);

    private static final int ROWS_BETWEEN_RENEWALS = 50_000;

    private final ProjectionContext context;
    private final Lease lease;
    private final Generation generation;

    Load(ProjectionContext context, Lease lease, Generation generation) {
        this.context = context;
        this.lease = lease;
        this.generation = generation;
    }

    /** Writes all rows; in place only those that Redis does not have newer. */
    Applied rows(LakeTable table) {
        RowShape shape = context.keys().shape(table.current());
        RowWriter writer = context.writer(shape, loading());
        byte[] version = Version.completeAt(table.cut());
        Applied applied = Applied.EMPTY;
        for (List<FileScanTask> files : LakeRows.portions(table.current(), table.snapshot())) {
            try (LakeRows.Relation relation = context.rows().open(table.current(), table.snapshot(), files);
                    RowQuery rows = new RowQuery(
                            relation.connection(), shape.rows(List.of(), relation.sql(), generation), doing())) {
                applied = applied.plus(write(rows, version, writer));
            }
        }
        context.fanOut().all();
        return applied;
    }

    private Applied write(RowQuery rows, byte[] version, RowWriter writer) {
        boolean guarded = generation.equals(Generation.NONE);
        Applied applied = Applied.EMPTY;
        for (long row = 1; rows.next(); row++) {
            WritableRow found = rows.writable(1, context.keys().links());
            if (guarded) {
                writer.upsert(version, found);
            } else {
                writer.load(version, found);
            }
            if (row % ROWS_BETWEEN_RENEWALS == 0) {
                applied = applied.plus(writer.drain());
                lease.renew();
            }
        }
        return applied.plus(writer.drain());
    }

    /** Deletes rows that the table did not have. */
    Applied sweep(LakeTable table) {
        RowWriter writer = context.writer();
        Applied swept = context.sweep(writer, Version.completeAt(table.cut()), generation);
        context.fanOut().all();
        return swept;
    }

    /** Whether Redis takes dumps is found out with one: a proxy or a user's rights may not let them pass. */
    private RowWriter.Loading loading() {
        if (generation.equals(Generation.NONE) || !context.keys().place().isHash()) {
            return RowWriter.Loading.FIELDS;
        }
        String key = "firn:estimate:" + UUID.randomUUID();
        RedisSession session = context.servers().of(key);
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
            return RowWriter.Loading.DUMPS;
        } catch (FirnException e) {
            LOG.info("{} takes no dumps, so fields are written one by one: {}", context.servers(), e.getMessage());
            return RowWriter.Loading.FIELDS;
        }
    }

    private String doing() {
        return "loading table " + context.keys().table();
    }
}
