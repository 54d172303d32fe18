package io.firn.cli;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.workbench.AsOf;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code firn status}. */
@Command(
        name = "status",
        header = "Shows how far each table is, what it holds and which days it can show.",
        description =
                "Reads the tables' metadata only. \"last_change\" is the source's commit time of the newest change.",
        footer = "  firn status")
final class StatusCommand implements Runnable {

    private final Session session;

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = session.rows(
                        "table",
                        "rows",
                        "files",
                        "delete_files",
                        "bytes",
                        "cut",
                        "last_change",
                        "committed",
                        "days",
                        "newest_day")) {
            for (String name : config.tables().keySet()) {
                rows.row(lake.find(name).map(table -> row(name, table)).orElseGet(() -> absent(name)));
            }
        }
    }

    private static List<@Nullable Object> absent(String name) {
        return Arrays.asList(name, null, null, null, null, null, null, null, null, null);
    }

    private static List<@Nullable Object> row(String name, Table table) {
        Snapshot head = table.currentSnapshot();
        Map<String, String> totals = head == null ? Map.of() : head.summary();
        Cut cut = CutProperties.applied(table);
        List<LocalDate> days = AsOf.days(table);
        return Arrays.asList(
                name,
                total(totals, SnapshotSummary.TOTAL_RECORDS_PROP)
                        - total(totals, SnapshotSummary.TOTAL_POS_DELETES_PROP),
                total(totals, SnapshotSummary.TOTAL_DATA_FILES_PROP),
                total(totals, SnapshotSummary.TOTAL_DELETE_FILES_PROP),
                total(totals, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
                cut.number(),
                cut.number() == 0 ? null : cut.committedAt(),
                head == null ? null : Instant.ofEpochMilli(head.timestampMillis()),
                days.size(),
                days.isEmpty() ? null : days.get(days.size() - 1));
    }

    private static long total(Map<String, String> summary, String name) {
        return Optional.ofNullable(summary.get(name)).map(Long::parseLong).orElse(0L);
    }
}
