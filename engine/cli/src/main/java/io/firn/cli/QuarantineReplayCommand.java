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
import io.firn.engine.ingest.ReplayRequests;
import io.firn.engine.quarantine.QuarantineLog.Entry;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.engine.source.ChangeSource;
import io.firn.workbench.CachedFiles;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
            "While the writer runs on this machine it is asked to do it, and what came of it is shown. With --ask it is"
                    + " asked wherever it runs: of two writers, the one started first would be fenced. A replay that was"
                    + " interrupted is run again; nothing is written twice."
        },
        footer = "  firn quarantine replay product --because \"the rule was too strict\"")
final class QuarantineReplayCommand implements Callable<Integer> {
    /** The writer looks every ten seconds, ends the cut under way, and opens its tables anew. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Session session;

    @Mixin
    private QuarantineOptions options = new QuarantineOptions();

    @Option(names = "--because", paramLabel = "TEXT", description = "Why; kept in the log.", defaultValue = "")
    private String because = "";

    @Option(names = "--dry-run", description = "Only say which records would be tried.")
    private boolean dryRun;

    @Option(names = "--ask", description = "Ask the running writer, which may be on another machine.")
    private boolean ask;

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
                replay(new Parts(config, lake, duck, progress), selection, rows);
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

    private record Parts(FirnConfig config, Lake lake, DuckDatabase duck, Progress progress) {}

    private void replay(Parts parts, Selection selection, RowWriter rows) {
        if (ask) {
            askWriter(parts, selection, rows);
            return;
        }
        try {
            run(parts, selection, rows);
        } catch (FirnException e) {
            if (e.code() != ErrorCode.FENCED) {
                throw e;
            }
            session.note("a writer is running and is asked to replay: " + e.getMessage());
            askWriter(parts, selection, rows);
        }
    }

    private void run(Parts parts, Selection selection, RowWriter rows) {
        FirnConfig config = parts.config();
        try (CachedFiles files = new CachedFiles(config.workbench());
                ChangeSource source = Wiring.source(config);
                QuarantineReplay replay = new QuarantineReplay(
                        Wiring.ingest(config, parts.lake(), parts.duck(), files, source, IngestListener.NONE),
                        actor(),
                        because)) {
            replay.run(selection, entry -> rows.row(row(entry)));
            List<String> stopped = replay.stopped();
            if (!stopped.isEmpty()) {
                throw FirnException.ofAll(ErrorCode.TABLE_STOPPED, stopped);
            }
        }
    }

    private void askWriter(Parts parts, Selection selection, RowWriter rows) {
        Instant until = Instant.now().plus(PATIENCE);
        try (ReplayRequests requests =
                new ReplayRequests(parts.config(), parts.lake(), parts.duck(), Clock.systemUTC())) {
            List<QuarantinedRecord> asked = requests.ask(selection, actor(), because);
            parts.progress().begin("waiting for the writer to replay " + asked.size() + " records");
            List<Entry> tried = requests.tried(asked);
            while (tried.size() < asked.size() && Instant.now().isBefore(until)) {
                pause();
                tried = requests.tried(asked);
            }
            tried.forEach(entry -> rows.row(row(entry)));
            if (tried.size() < asked.size()) {
                throw new FirnException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "no writer has replayed %d of %d records in %d minutes; the request stands, and firn run or firn ingest serves it when it is there"
                                .formatted(asked.size() - tried.size(), asked.size(), PATIENCE.toMinutes()));
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for the writer", e);
        }
    }

    private static String actor() {
        return System.getProperty("user.name", "unknown");
    }

    private static List<@Nullable Object> row(Entry entry) {
        return row(entry.record(), entry.action().text(), entry.detail());
    }

    private static List<@Nullable Object> row(QuarantinedRecord record, String action, @Nullable String detail) {
        return Arrays.asList(record.table(), record.id(), action, detail);
    }
}
