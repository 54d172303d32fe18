package io.firn.cli.status;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.engine.ingest.StopMark;
import io.firn.workbench.AsOf;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * How far a table is, what it holds and which days it can show; from its metadata alone.
 *
 * @param rows after deletes
 * @param cut the last cut in the table; 0 before the first
 * @param lastChange the source's commit time of the newest change; null before the first
 * @param committed when the head was committed; null when there is none
 * @param days the days that have a tag, in order
 * @param stopped why the table takes no more changes; null when it does
 */
public record TableStatus(
        String name,
        long rows,
        long files,
        long deleteFiles,
        long bytes,
        long cut,
        @Nullable Instant lastChange,
        @Nullable Instant committed,
        List<LocalDate> days,
        @Nullable String stopped) {

    public TableStatus {
        days = List.copyOf(days);
    }

    /** Reads it from the heads of a table and of its change log; empty when there is no such table. */
    public static Optional<TableStatus> of(Lake lake, String name) {
        return lake.find(name).map(table -> of(name, table, lake.find(TableDefinition.changeLogOf(name))));
    }

    private static TableStatus of(String name, Table table, Optional<Table> changes) {
        Snapshot head = table.currentSnapshot();
        Map<String, String> totals = head == null ? Map.of() : head.summary();
        Cut cut = CutProperties.applied(table);
        return new TableStatus(
                name,
                total(totals, SnapshotSummary.TOTAL_RECORDS_PROP)
                        - total(totals, SnapshotSummary.TOTAL_POS_DELETES_PROP),
                total(totals, SnapshotSummary.TOTAL_DATA_FILES_PROP),
                total(totals, SnapshotSummary.TOTAL_DELETE_FILES_PROP),
                total(totals, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
                cut.number(),
                cut.number() == 0 ? null : cut.committedAt(),
                head == null ? null : Instant.ofEpochMilli(head.timestampMillis()),
                AsOf.days(table),
                changes.flatMap(StopMark::reasonIn).orElse(null));
    }

    /** @return the last day that has a tag; null when there is none */
    public @Nullable LocalDate newestDay() {
        return days.isEmpty() ? null : days.get(days.size() - 1);
    }

    private static long total(Map<String, String> summary, String name) {
        return Optional.ofNullable(summary.get(name)).map(Long::parseLong).orElse(0L);
    }
}
