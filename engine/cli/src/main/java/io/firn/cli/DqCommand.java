package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.quality.Quality;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn dq}. */
@Command(
        name = "dq",
        header = "Looks whether tables are what they are expected to be; exits with 3 when a critical one is not.",
        description = "All tables are looked at where they agree: at the newest cut of the source that all of them have"
                + " reached, or at the end of a day. What was found goes to firn_dq_results. The tag certified of a group"
                + " of tables moves there when all their critical expectations hold.",
        footer = {
            "  firn dq",
            "  firn dq price --full",
            "  firn dq --as-of 2026-11-20",
            "  firn dq --report quality.html"
        })
final class DqCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description = "Tables to look at; all when none is named. A group is certified only when all of it is.")
    private List<String> tables = List.of();

    @Option(
            names = "--full",
            description = "Look at everything, also at what is otherwise known from what changed; and compare with the"
                    + " source where that is expected.")
    private boolean full;

    @Option(names = "--as-of", paramLabel = "DAY", description = "Look at the end of a day, such as 2026-11-20.")
    private @Nullable LocalDate day;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page for people too; it needs no other file.")
    private @Nullable Path report;

    DqCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            Quality quality = new Quality(config, lake, workbench, Clock.systemUTC());
            Quality.Looked looked =
                    look(quality, names, (table, what) -> progress.begin("looking at %s: %s".formatted(table, what)));
            if (report != null) {
                write(report, quality.report());
            }
            show(looked);
        }
        return 0;
    }

    private Quality.Looked look(Quality quality, List<String> names, BiConsumer<String, String> progress) {
        Scope scope = full ? Scope.FULL : Scope.INCREMENTAL;
        return day == null ? quality.atHead(names, scope, progress) : quality.atDay(day, names, scope, progress);
    }

    private void write(Path file, String page) {
        try {
            Files.writeString(file, page);
            session.note("the report is " + file.toAbsolutePath().toUri());
        } catch (IOException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED, "%s cannot be written: %s".formatted(file, Failures.rootMessage(e)), e);
        }
    }

    private void show(Quality.Looked looked) {
        List<String> failures = new ArrayList<>();
        try (RowWriter rows = session.rows(
                "table", "expectation", "severity", "verdict", "measured", "threshold", "failing", "detail")) {
            for (Result result : looked.results()) {
                List<@Nullable Object> row = new ArrayList<>();
                row.add(result.table());
                row.add(result.expectation());
                row.add(result.severity().name().toLowerCase(Locale.ROOT));
                row.add(result.verdict().text());
                row.add(result.measured());
                row.add(result.threshold());
                row.add(result.failing());
                row.add(result.detail());
                rows.row(row);
                if (result.isCriticalFailure()) {
                    failures.add("%s.%s: %s".formatted(result.table(), result.expectation(), result.detail()));
                }
            }
        }
        looked.certified().forEach(group -> session.note("certified: " + group));
        looked.obstacles()
                .forEach((group, lines) -> session.note("not certified: %s (%s)".formatted(group, lines.get(0))));
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
    }
}
