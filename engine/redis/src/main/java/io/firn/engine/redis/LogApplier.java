package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import io.firn.workbench.Sql;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.jspecify.annotations.Nullable;

/** Applies ranges of a change log to the rows of one generation. */
final class LogApplier {
    private final ProjectionContext context;

    LogApplier(ProjectionContext context) {
        this.context = context;
    }

    /** Applies the changes of a range; on return Redis has answered every one. */
    Applied apply(LakeTable table, LogRange range, Generation generation) {
        LogScan log = table.log();
        if (log == null || range.files().isEmpty()) {
            return Applied.EMPTY;
        }
        RowShape shape = context.keys().shape(log.log());
        RowWriter writer = context.writer();
        List<FileScanTask> files = range.files().stream().map(LogFile::task).toList();
        byte[] truncated = null;
        FanOut fanOut = context.fanOut();
        Set<ByteBuffer> changed = new LinkedHashSet<>();
        try (LakeRows.Relation relation = context.rows().open(log.log(), log.head(), files);
                RowQuery rows =
                        new RowQuery(relation.connection(), select(shape, relation, range, generation), doing())) {
            while (rows.next()) {
                byte[] version = Version.of(rows.number(2), rows.number(3), rows.number(4));
                byte[] key = fanOut.isNeedless() ? null : rows.bytes(5);
                if (key != null) {
                    changed.add(ByteBuffer.wrap(key));
                }
                switch ((char) rows.number(1)) {
                    case 't' -> truncated = later(truncated, version);
                    case 'd' -> writer.delete(version, Objects.requireNonNull(rows.bytes(5), doing()));
                    default -> writer.upsert(version, rows.writable(5));
                }
            }
        }
        Applied applied = writer.drain();
        changed.forEach(key -> fanOut.changed(key.array()));
        if (truncated == null) {
            return applied;
        }
        Applied swept = context.sweep(writer, truncated, generation);
        fanOut.all();
        return applied.plus(swept);
    }

    private static byte[] later(byte @Nullable [] one, byte[] other) {
        return one == null || Arrays.compare(other, one) > 0 ? other : one;
    }

    private String doing() {
        return "projecting table " + context.keys().table();
    }

    private static String select(RowShape shape, LakeRows.Relation relation, LogRange range, Generation generation) {
        String cut = Sql.identifier(ChangeLogColumns.CUT);
        return shape.guarded(
                List.of(
                        "ascii(" + Sql.identifier(ChangeLogColumns.OPERATION) + ")",
                        cut,
                        Sql.identifier(ChangeLogColumns.LSN),
                        Sql.identifier(ChangeLogColumns.OFFSET)),
                "%1$s WHERE %2$s > %3$d AND %2$s <= %4$d".formatted(relation.sql(), cut, range.after(), range.upTo()),
                generation);
    }
}
