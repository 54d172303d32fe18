package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.Days;
import io.firn.catalog.snowflake.Ddl;
import io.firn.catalog.snowflake.SnowflakeSite;
import io.firn.catalog.snowflake.Step;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code firn snowflake ddl}. */
@Command(
        name = "ddl",
        header = "Prints every statement that Snowflake needs.",
        description = "External volume, catalog integration, database, roles and grants for an account administrator;"
                + " schemas, tables, and the procedure with which a date gives a day for Firn's own role. Every"
                + " statement may be run again. Secrets are left out. Asks Snowflake nothing.",
        footer = "  firn snowflake ddl --part account > for-the-administrator.sql")
final class SnowflakeDdlCommand implements Callable<Integer> {
    private final Session session;

    /** Which statements. */
    enum Choice {
        ALL,
        ACCOUNT,
        ROLE;

        boolean has(Step.Part part) {
            return this == ALL || name().equals(part.name());
        }
    }

    @Option(
            names = "--part",
            paramLabel = "P",
            description = "account for what an administrator runs, role for what Firn's role runs, or all.",
            defaultValue = "ALL")
    private Choice part = Choice.ALL;

    @Option(
            names = "--as",
            paramLabel = "ROLE",
            description = "The administrator's role. Default: ${DEFAULT-VALUE}.",
            defaultValue = "ACCOUNTADMIN")
    private String admin = "ACCOUNTADMIN";

    SnowflakeDdlCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        SnowflakeSite site = SnowflakeSite.of(config);
        try (Lake lake = Lake.open(config.lake())) {
            Ddl ddl = new Ddl(site);
            List<Step> steps = ddl.steps(SnowflakeTables.all(config, lake), Days.unasked(site)).stream()
                    .filter(step -> part.has(step.part()))
                    .toList();
            session.terminal().out().print(ddl.script(steps, admin));
        }
        return 0;
    }
}
