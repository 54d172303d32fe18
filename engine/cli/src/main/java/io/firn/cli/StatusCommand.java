package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.status.TableStatus;
import io.firn.cli.terminal.RowWriter;
import io.firn.compactor.Compaction;
import io.firn.compactor.journal.RunLog;
import io.firn.compactor.journal.RunRecord;
import io.firn.compactor.picture.LayoutPicture;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.plan.TablePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn status}. */
@Command(
        name = "status",
        header = "Shows how far each table is, what it holds and which days it can show.",
        description =
                "Reads the tables' metadata only. \"last_change\" is the source's commit time of the newest change."
                        + " With --compactions it shows what each compaction did, and which files none can rewrite; with --layout it draws a table's files over"
                        + " the range of the sort key, before the last compaction and after it.",
        footer = "  firn status%n  firn status product --layout product.svg")
final class StatusCommand implements Runnable {

    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "Tables to show; all when none is named.")
    private List<String> tables = List.of();

    @Option(names = "--compactions", description = "Show the runs of compactions, the oldest first.")
    private boolean compactions;

    @Option(names = "--layout", paramLabel = "FILE", description = "Write a picture (SVG) of the one table named.")
    private @Nullable Path layout;

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        if (layout != null) {
            draw(config, layout);
        } else if (compactions) {
            compactions(config, names);
        } else {
            status(config, names);
        }
    }

    private void draw(FirnConfig config, Path file) {
        if (tables.size() != 1) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--layout must be given one table but was given " + tables.size());
        }
        try (Lake lake = Lake.open(config.lake())) {
            Files.writeString(file, LayoutPicture.ofLastCompaction(lake.table(tables.get(0))));
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "--layout %s cannot be written: %s".formatted(file, e.getMessage()), e);
        }
    }

    private void compactions(FirnConfig config, List<String> names) {
        try (Lake lake = Lake.open(config.lake());
                RowWriter rows = session.rows(
                        "table",
                        "started",
                        "seconds",
                        "reasons",
                        "files_before",
                        "files_after",
                        "bytes_before",
                        "bytes_after",
                        "look_up_bytes_saved",
                        "carried_deletes",
                        "retries",
                        "problems")) {
            for (Table table : Compaction.tables(lake, names)) {
                String name = table.name().substring(table.name().lastIndexOf('.') + 1);
                new RunLog(table).runs().forEach(run -> rows.row(row(name, run)));
                TablePlan.of(table, PlanRules.of(config.compaction()))
                        .leftAlone()
                        .forEach(left -> session.note(name + ": " + left));
            }
        }
    }

    private static List<@Nullable Object> row(String table, RunRecord run) {
        return Arrays.asList(
                table,
                run.started(),
                run.took().toMillis() / 1000.0,
                String.join(", ", run.reasons()),
                run.filesBefore(),
                run.filesAfter(),
                run.bytesBefore(),
                run.bytesAfter(),
                run.lookUpBytesSaved(),
                run.carriedDeletes(),
                run.retries(),
                String.join("; ", run.problems()));
    }

    private void status(FirnConfig config, List<String> names) {
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
            for (String name : names) {
                rows.row(TableStatus.of(lake, name).map(StatusCommand::row).orElseGet(() -> absent(name)));
            }
        }
    }

    private static List<@Nullable Object> absent(String name) {
        return Arrays.asList(name, null, null, null, null, null, null, null, null, null);
    }

    private static List<@Nullable Object> row(TableStatus table) {
        return Arrays.asList(
                table.name(),
                table.rows(),
                table.files(),
                table.deleteFiles(),
                table.bytes(),
                table.cut(),
                table.lastChange(),
                table.committed(),
                table.days().size(),
                table.newestDay());
    }
}
