package io.firn.engine.redis;

import java.util.List;
import org.apache.iceberg.FileScanTask;

/** Writes the rows of a current table into one generation. */
final class Load {
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
        RowWriter writer = context.writer(shape);
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

    private String doing() {
        return "loading table " + context.keys().table();
    }
}
