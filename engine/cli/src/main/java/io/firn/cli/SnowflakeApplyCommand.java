package io.firn.cli;

import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.Apply;
import io.firn.catalog.snowflake.Apply.Action;
import io.firn.catalog.snowflake.Apply.Planned;
import io.firn.catalog.snowflake.DayAccess;
import io.firn.catalog.snowflake.Ddl;
import io.firn.catalog.snowflake.LakeTable;
import io.firn.catalog.snowflake.SnowflakeConnection;
import io.firn.catalog.snowflake.SnowflakeSite;
import io.firn.cli.terminal.RowWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn snowflake apply}. */
@Command(
        name = "apply",
        header = "Makes in Snowflake what is missing there.",
        description =
                "Looks first what is there, then makes the rest; run again, it changes nothing. Without --as, what"
                        + " only an account administrator can make is looked for and named when it is missing.",
        footer = {"  firn snowflake apply --dry-run", "  firn snowflake apply --as ACCOUNTADMIN"})
final class SnowflakeApplyCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(
            names = "--as",
            paramLabel = "ROLE",
            description = "Do the administrator's part too, as this role of the user.")
    private @Nullable String admin;

    SnowflakeApplyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        SnowflakeSite site = site();
        try (Lake lake = Lake.open(config.lake());
                SnowflakeConnection snowflake = SnowflakeConnection.open(site);
                RowWriter rows = session.rows("kind", "name", "action", "result")) {
            List<LakeTable> tables = SnowflakeTables.all(config, lake);
            Apply apply = new Apply(snowflake, site, admin);
            DayAccess access = apply.dayAccess(tables);
            List<Planned> plan = apply.plan(new Ddl(site).steps(tables, access));
            note(plan);
            int exitCode = run(apply, plan, rows);
            return dryRun ? exitCode : Math.max(exitCode, correct(apply, tables, access));
        }
    }

    /** Before there was a table, nobody could ask how the account reads days. */
    private int correct(Apply apply, List<LakeTable> tables, DayAccess assumed) {
        DayAccess found = apply.dayAccess(tables);
        if (found == assumed) {
            return 0;
        }
        return apply.run(new Planned(new Ddl(site()).procedure(tables, found), Action.RUN))
                .map(new ErrorReport(session.terminal().err())::report)
                .orElse(0);
    }

    private SnowflakeSite site() {
        return SnowflakeSite.of(session.config());
    }

    private void note(List<Planned> plan) {
        session.note("plan: %d to create, %d there already, %d to run again, %d for an administrator"
                .formatted(
                        count(plan, Action.CREATE),
                        count(plan, Action.NONE),
                        count(plan, Action.RUN),
                        count(plan, Action.ASK)));
    }

    private static long count(List<Planned> plan, Action action) {
        return plan.stream().filter(planned -> planned.action() == action).count();
    }

    private int run(Apply apply, List<Planned> plan, RowWriter rows) {
        ErrorReport errors = new ErrorReport(session.terminal().err());
        int exitCode = 0;
        for (Planned planned : plan) {
            Optional<FirnException> refusal = dryRun ? Optional.empty() : apply.run(planned);
            rows.row(List.of(
                    planned.step().kind(),
                    planned.step().name(),
                    planned.action().name().toLowerCase(Locale.ROOT),
                    result(planned, refusal)));
            if (refusal.isPresent()) {
                exitCode = Math.max(exitCode, errors.report(refusal.get()));
            }
        }
        if (count(plan, Action.ASK) > 0) {
            session.note("what is marked ask is not there, or this role cannot see it: an account administrator runs"
                    + " what firn snowflake ddl --part account prints");
            exitCode = Math.max(exitCode, 1);
        }
        return exitCode;
    }

    private String result(Planned planned, Optional<FirnException> refusal) {
        if (refusal.isPresent()) {
            return "refused";
        }
        return switch (planned.action()) {
            case CREATE, RUN -> dryRun ? "planned" : "done";
            case NONE -> "there";
            case ASK -> "missing";
            case LEAVE -> "left alone";
        };
    }
}
