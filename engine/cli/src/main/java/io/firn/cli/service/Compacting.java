package io.firn.cli.service;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pass over all tables and their change logs, by turns, within the budget of the day. */
final class Compacting implements Scheduled.Job {
    private static final Logger LOG = LoggerFactory.getLogger(Compacting.class);

    private final FirnConfig config;
    private final Lake lake;
    private final Metrics metrics;
    private final Clock clock;
    private final List<String> waiting;

    Compacting(FirnConfig config, Lake lake, Metrics metrics, Clock clock) {
        this.config = config;
        this.lake = lake;
        this.metrics = metrics;
        this.clock = clock;
        this.waiting = new ArrayList<>(config.tables().keySet());
    }

    @Override
    public void run(Scheduled.Stopping stopping) {
        List<String> failures = new ArrayList<>();
        List<Table> tables = Compaction.tables(lake, waiting);
        try (Compaction compaction = Compaction.open(config.compaction(), config.workbench())) {
            long left = left(tables);
            metrics.budgetLeft(left);
            compaction.runAll(tables, left, stopping::isSo, result -> {
                String name = result.table().substring(result.table().lastIndexOf('.') + 1);
                report(name, result);
                result.failed().forEach(group -> failures.add("%s: %s".formatted(name, group.detail())));
            });
        }
        metrics.budgetLeft(left(tables));
        waiting.add(waiting.remove(0));
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
    }

    /** What the day's budget leaves. */
    private long left(List<Table> tables) {
        ZoneId zone = config.snapshots().zone();
        Instant midnight =
                LocalDate.ofInstant(clock.instant(), zone).atStartOfDay(zone).toInstant();
        return config.compaction().budgetBytes() - Compaction.bytesRewrittenSince(midnight, tables);
    }

    private void report(String name, CompactionResult result) {
        metrics.compacted(name, result);
        if (result.filesBefore() > 0) {
            LOG.atInfo()
                    .addKeyValue("table", name)
                    .addKeyValue("files_before", result.filesBefore())
                    .addKeyValue("files_after", result.filesAfter())
                    .addKeyValue("bytes_before", result.bytesBefore())
                    .addKeyValue("bytes_after", result.bytesAfter())
                    .addKeyValue("took_ms", result.took().toMillis())
                    .log("compacted");
        }
    }
}
