package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import io.firn.engine.ingest.CommittedCut;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Applies ranges of a change log to the rows of one generation. */
final class LogApplier {
    private static final List<String> LEADING = List.of(
            "ascii(" + Sql.identifier(ChangeLogColumns.OPERATION) + ")",
            Sql.identifier(ChangeLogColumns.CUT),
            Sql.identifier(ChangeLogColumns.LSN),
            Sql.identifier(ChangeLogColumns.OFFSET));

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
        List<FileScanTask> files = range.files().stream().map(LogFile::task).toList();
        RowShape shape = context.keys().shape(log.log());
        try (LakeRows.Relation relation = context.rows().open(log.log(), log.head(), files)) {
            return apply(shape, relation.connection(), between(relation.sql(), range), generation);
        }
    }

    /** Applies a cut that is in memory; on return Redis has answered every change. */
    Applied apply(CommittedCut cut, Generation generation) {
        RowShape shape = context.keys().shape(cut.schema());
        try (DuckDBConnection connection = context.rows().connect()) {
            return apply(shape, connection, "(" + cut.query() + ")", generation);
        } catch (SQLException e) {
            throw DuckFailures.translate(doing(), e);
        }
    }

    /** @param from what follows FROM */
    private Applied apply(RowShape shape, DuckDBConnection connection, String from, Generation generation) {
        RowWriter writer = context.writer(shape);
        byte[] truncated = null;
        FanOut fanOut = context.fanOut();
        Set<ByteBuffer> changed = new LinkedHashSet<>();
        try (RowQuery rows = new RowQuery(connection, shape.rows(LEADING, from, generation), doing())) {
            while (rows.next()) {
                byte[] version = Version.of(rows.number(2), rows.number(3), rows.number(4));
                byte[] key = fanOut.isNeedless() ? null : rows.bytes(5);
                if (key != null) {
                    changed.add(ByteBuffer.wrap(key));
                }
                switch ((char) rows.number(1)) {
                    case 't' -> truncated = later(truncated, version);
                    case 'd' -> writer.delete(version, Objects.requireNonNull(rows.bytes(5), doing()));
                    default ->
                        writer.upsert(version, rows.writable(5, context.keys().links()));
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

    private static String between(String from, LogRange range) {
        return "%1$s WHERE %2$s > %3$d AND %2$s <= %4$d"
                .formatted(from, Sql.identifier(ChangeLogColumns.CUT), range.after(), range.upTo());
    }
}
