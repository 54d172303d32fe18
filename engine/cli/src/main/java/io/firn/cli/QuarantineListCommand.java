package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn quarantine list}. */
@Command(
        name = "list",
        header = "Lists the records in quarantine.",
        description = "Oldest first. \"lsn\" is empty where a record could not be read that far.",
        footer = "  firn quarantine list product --output json")
final class QuarantineListCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private QuarantineOptions options = new QuarantineOptions();

    @Option(
            names = "--all",
            description =
                    "Also those that were replayed, dropped or corrected in the source, with what became of them.")
    private boolean all;

    QuarantineListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        Selection selection = options.selection(config, all ? Selection.State.ALL : Selection.State.OPEN);
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                RowWriter rows = session.rows(
                        "table", "id", "lsn", "quarantined_at", "cut", "bytes", "state", "detail", "reason")) {
            new QuarantineView(lake, workbench).forEach(selection, record -> rows.row(row(record)));
        }
        return 0;
    }

    private static List<@Nullable Object> row(QuarantinedRecord record) {
        byte[] value = record.record().value();
        return Arrays.asList(
                record.table(),
                record.id(),
                record.lsn() == 0 ? null : record.lsn(),
                record.at(),
                record.cut(),
                value == null ? 0 : value.length,
                record.action() == null ? "open" : record.action(),
                record.detail(),
                record.reason());
    }
}
