package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.engine.quarantine.Action;
import io.firn.engine.quarantine.QuarantineLog;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Workbench;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.duckdb.DuckDBConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn quarantine drop}. */
@Command(
        name = "drop",
        header = "Decides that quarantined records are not needed.",
        description =
                "They leave the list and are not replayed. Nothing is deleted: \"list --all\" still shows them, with"
                        + " the reason given here, and the log says who decided.",
        footer = "  firn quarantine drop --id shop.public.product/0/4711 --because \"a test record\"")
final class QuarantineDropCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private QuarantineOptions options = new QuarantineOptions();

    @Option(names = "--because", paramLabel = "TEXT", required = true, description = "Why; kept in the log.")
    private String because = "";

    @Option(names = "--dry-run", description = "Only say which records would be dropped.")
    private boolean dryRun;

    QuarantineDropCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        options.requireSome("quarantine drop");
        Selection selection = options.selection(config, Selection.State.OPEN);
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                DuckDBConnection connection = duck.connect();
                RowWriter rows = session.rows("table", "id", "action")) {
            List<QuarantinedRecord> records = new QuarantineView(lake, workbench).list(selection);
            if (!dryRun) {
                new QuarantineLog(
                                lake,
                                connection,
                                config.workbench().tempDirectory(),
                                Clock.systemUTC(),
                                System.getProperty("user.name", "unknown"))
                        .append(records.stream()
                                .map(record -> new Entry(record, Action.DROPPED, because))
                                .toList());
            }
            String action = dryRun ? "would be dropped" : Action.DROPPED.text();
            records.forEach(record -> rows.row(List.of(record.table(), record.id(), action)));
        } catch (SQLException e) {
            throw DuckFailures.translate("dropping quarantined records", e);
        }
        return 0;
    }
}
