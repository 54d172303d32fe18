package io.firn.cli.cost;

import io.firn.compactor.journal.RunLog;
import io.firn.compactor.journal.RunRecord;
import io.firn.snapshot.cost.TableActivity;
import io.firn.snapshot.cost.TableBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Table;

/**
 * What a table takes.
 *
 * @param table the lake's name for it
 * @param stored its bytes, and for whose sake
 * @param activity how often it is committed to
 * @param compaction how much it is compacted
 */
public record TableUsage(String table, TableBytes stored, TableActivity activity, CompactionActivity compaction) {
    private static final Duration LOOKED_AT = Duration.ofDays(7);

    /** Measures a table as it is now and was in the last week. */
    public static TableUsage of(String name, Table table, Instant now) {
        List<RunRecord> runs = new RunLog(table).runs();
        return new TableUsage(
                name,
                TableBytes.of(table),
                TableActivity.of(table, now, LOOKED_AT),
                CompactionActivity.of(
                        runs,
                        now,
                        LOOKED_AT,
                        runs.size() < RunLog.KEPT
                                ? CompactionActivity.History.WHOLE
                                : CompactionActivity.History.CUT_OFF));
    }
}
