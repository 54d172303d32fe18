package io.firn.engine.redis;

import io.firn.catalog.ChangeLogColumns;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.LongType;
import org.jspecify.annotations.Nullable;

/**
 * A file of a change log.
 *
 * @param task the file with its deletes
 * @param firstCut the lowest cut it may have rows of; 0 when the file does not tell
 * @param lastCut the highest cut it may have rows of
 */
record LogFile(FileScanTask task, long firstCut, long lastCut) {

    /** @param headCut the latest cut of the log, which stands for a bound that the file does not tell */
    static LogFile of(FileScanTask task, Schema schema, long headCut) {
        int cut = schema.findField(ChangeLogColumns.CUT).fieldId();
        return new LogFile(
                task,
                bound(task.file().lowerBounds(), cut, 0),
                bound(task.file().upperBounds(), cut, headCut));
    }

    private static long bound(@Nullable Map<Integer, ByteBuffer> bounds, int field, long otherwise) {
        ByteBuffer bound = bounds == null ? null : bounds.get(field);
        Long value = bound == null ? null : Conversions.fromByteBuffer(LongType.get(), bound);
        return value == null ? otherwise : value;
    }

    long rows() {
        return task.file().recordCount();
    }
}
