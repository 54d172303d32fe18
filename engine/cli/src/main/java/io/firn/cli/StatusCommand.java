package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.status.TableStatus;
import io.firn.cli.terminal.RowWriter;
import java.util.Arrays;
import java.util.List;
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
