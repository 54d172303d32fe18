package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.ledger.LedgerAudit;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn audit verify}. */
@Command(
        name = "verify",
        header = "Compares the lake with the ledger of days.",
        description =
                "Verifies the chain of entries and their signatures, every day's tag, its metadata and its manifests;"
                        + " with --deep every data file and every row of the tables and their change logs too. Changes nothing"
                        + " and needs no network but the lake's. Exit code 3 when anything differs.",
        footer = "  firn audit verify --deep --day 2026-11-20")
final class AuditVerifyCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--deep", description = "Read every file and every row too.")
    private boolean deep;

    @Option(names = "--day", paramLabel = "D", description = "Only this day; the chain is verified whole.")
    private @Nullable LocalDate day;

    AuditVerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        LedgerAudit.Depth depth = deep ? LedgerAudit.Depth.FILES : LedgerAudit.Depth.METADATA;
        LedgerAudit.Verdict verdict;
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            progress.begin("verifying the ledger");
            verdict = new LedgerAudit(lake, config.snapshots(), workbench, Clock.systemUTC())
                    .verify(config.tables().keySet(), depth, day);
        }
        try (RowWriter rows = session.rows("day", "cut", "tables", "rows", "status")) {
            verdict.days()
                    .forEach(found -> rows.row(List.of(
                            found.day(),
                            found.cut(),
                            found.tables(),
                            found.rows(),
                            found.status().name().toLowerCase(Locale.ROOT))));
        }
        if (verdict.head() != null) {
            session.note("The last entry's hash is " + verdict.head() + ".");
        }
        if (!verdict.allProblems().isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, verdict.allProblems());
        }
        return 0;
    }
}
