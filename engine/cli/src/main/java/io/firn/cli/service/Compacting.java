package io.firn.cli.service;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pass over all tables, beginning each time with the table that waited longest. */
final class Compacting implements Scheduled.Job {
    private static final Logger LOG = LoggerFactory.getLogger(Compacting.class);

    private final FirnConfig config;
    private final Lake lake;
    private final Metrics metrics;
    private final List<String> waiting;

    Compacting(FirnConfig config, Lake lake, Metrics metrics) {
        this.config = config;
        this.lake = lake;
        this.metrics = metrics;
        this.waiting = new ArrayList<>(config.tables().keySet());
    }

    @Override
    public void run(Scheduled.Stopping stopping) {
        List<String> failures = new ArrayList<>();
        try (Compaction compaction = Compaction.open(config.compaction(), config.workbench())) {
            for (String name : List.copyOf(waiting)) {
                if (stopping.isSo()) {
                    break;
                }
                lake.find(name).ifPresent(table -> {
                    CompactionResult result = compaction.run(table);
                    report(name, result);
                    result.failed().forEach(group -> failures.add("%s: %s".formatted(name, group)));
                });
                waiting.remove(name);
                waiting.add(name);
            }
        }
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
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
