package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.cli.wiring.Wiring;
import io.firn.engine.ingest.IngestListener;
import io.firn.engine.ingest.QuarantineReplay;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn quarantine replay}. */
@Command(
        name = "replay",
        header = "Brings quarantined records into the lake.",
        description = {
            "Each is decoded and committed as if it came now. A row that has changed since keeps its newer state: the"
                    + " record is noted as superseded. What still cannot be written stays in quarantine. A table that was"
                    + " stopped goes on when nothing of it is left in quarantine.",
            "Stop the writer first: of two writers, the one started first is fenced. A replay that was interrupted"
                    + " is run again; nothing is written twice."
        },
        footer = "  firn quarantine replay product --because \"the rule was too strict\"")
final class QuarantineReplayCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private QuarantineOptions options = new QuarantineOptions();

    @Option(names = "--because", paramLabel = "TEXT", description = "Why; kept in the log.", defaultValue = "")
    private String because = "";

    @Option(names = "--dry-run", description = "Only say which records would be tried.")
    private boolean dryRun;

    QuarantineReplayCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        Selection selection = options.selection(config, Selection.State.OPEN);
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                RowWriter rows = session.rows("table", "id", "action", "detail")) {
            if (dryRun) {
                plan(config, lake, duck, selection, rows);
            } else {
                progress.begin("replaying");
                run(config, lake, duck, selection, rows);
            }
        }
        return 0;
    }

    private static void plan(FirnConfig config, Lake lake, DuckDatabase duck, Selection selection, RowWriter rows) {
        try (Workbench workbench = new Workbench(duck, config.workbench())) {
            new QuarantineView(lake, workbench)
                    .forEach(selection, record -> rows.row(row(record, "would be tried", null)));
        }
    }

    private void run(FirnConfig config, Lake lake, DuckDatabase duck, Selection selection, RowWriter rows) {
        try (CachedFiles files = new CachedFiles(config.workbench());
                ChangeSource source = Wiring.source(config);
                QuarantineReplay replay = new QuarantineReplay(
                        Wiring.ingest(config, lake, duck, files, source, IngestListener.NONE),
                        System.getProperty("user.name", "unknown"),
                        because)) {
            replay.run(selection, entry -> rows.row(row(entry)));
            List<String> stopped = replay.stopped();
            if (!stopped.isEmpty()) {
                throw FirnException.ofAll(ErrorCode.TABLE_STOPPED, stopped);
            }
        }
    }

    private static List<@Nullable Object> row(Entry entry) {
        return row(entry.record(), entry.action().text(), entry.detail());
    }

    private static List<@Nullable Object> row(QuarantinedRecord record, String action, @Nullable String detail) {
        return Arrays.asList(record.table(), record.id(), action, detail);
    }
}
