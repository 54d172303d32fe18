package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionPlan;
import io.firn.compactor.CompactionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn compact}. */
@Command(
        name = "compact",
        header = "Merges and sorts files, once.",
        description = "The writer goes on meanwhile. Every rewrite is proven equal before it is committed; a second run"
                + " right after finds nothing to do.",
        footer = "  firn -c shop/firn.yaml compact product --dry-run")
final class CompactCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "Tables to compact; all when none is named.")
    private List<String> tables = List.of();

    @Option(names = "--dry-run", description = "Only say what would be rewritten, and why.")
    private boolean dryRun;

    CompactCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                Compaction compaction = Compaction.open(config.compaction(), config.workbench())) {
            if (dryRun) {
                plan(lake, compaction, names);
            } else {
                run(lake, compaction, names, progress);
            }
        }
        return 0;
    }

    private void plan(Lake lake, Compaction compaction, List<String> names) {
        try (RowWriter rows = session.rows("table", "partition", "reason", "files", "bytes", "pinned_bytes")) {
            for (String name : names) {
                CompactionPlan plan = compaction.plan(lake.table(name));
                plan.groups()
                        .forEach(group -> rows.row(List.of(
                                name,
                                group.partition().toString(),
                                group.reason().toString(),
                                group.files().size(),
                                group.bytes(),
                                group.pinnedBytes())));
            }
        }
    }

    private void run(Lake lake, Compaction compaction, List<String> names, Progress progress) {
        List<String> failures = new ArrayList<>();
        try (RowWriter rows = session.rows(
                "table", "files_before", "files_after", "bytes_before", "bytes_after", "carried_deletes", "seconds")) {
            for (String name : names) {
                progress.begin("compacting " + name);
                Table table = lake.table(name);
                CompactionResult result = compaction.run(table);
                rows.row(List.of(
                        name,
                        result.filesBefore(),
                        result.filesAfter(),
                        result.bytesBefore(),
                        result.bytesAfter(),
                        result.carriedDeletes(),
                        result.took().toMillis() / 1000.0));
                result.failed().forEach(group -> failures.add("%s: %s".formatted(name, group)));
            }
        }
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
    }
}
