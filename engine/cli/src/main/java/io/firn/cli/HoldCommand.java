package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.Tags;
import io.firn.snapshot.retention.Holds;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn hold}. */
@Command(
        name = "hold",
        header = "Keeps a day or another tag of all tables whatever its age, for a reason.",
        description = "Without a day or a tag, lists what is on hold. A hold is the table property firn.hold.TAG.",
        footer = {"  firn hold 2026-11-20 --reason \"case 4711\"", "  firn hold 2026-11-20 --release"})
final class HoldCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "WHAT",
            arity = "0..1",
            description = "A day, such as 2026-11-20, or the name of another tag.")
    private @Nullable String what;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why it is kept.")
    private @Nullable String reason;

    @Option(names = "--release", description = "Let go of it.")
    private boolean release;

    HoldCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake())) {
            List<Holds.Hold> holds = holds(new Holds(lake), new Tags(lake, config.snapshots()).tables());
            try (RowWriter rows = session.rows("table", "tag", "reason")) {
                holds.forEach(hold -> rows.row(List.of(hold.table(), hold.tag(), hold.reason())));
            }
        }
        return 0;
    }

    private List<Holds.Hold> holds(Holds holds, Collection<String> tables) {
        if (what == null) {
            return holds.of(tables);
        }
        if (release) {
            return holds.release(tables, tag(what));
        }
        if (reason == null || reason.isBlank()) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "a hold needs a --reason, or --release to let go");
        }
        return holds.place(tables, tag(what), reason);
    }

    private static String tag(String text) {
        try {
            return Tags.name(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return text;
        }
    }
}
