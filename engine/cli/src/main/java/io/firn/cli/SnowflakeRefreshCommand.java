package io.firn.cli;

import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.Days;
import io.firn.catalog.snowflake.LakeTable;
import io.firn.catalog.snowflake.SnowflakeConnection;
import io.firn.catalog.snowflake.SnowflakeSite;
import io.firn.cli.terminal.RowWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code firn snowflake refresh}. */
@Command(
        name = "refresh",
        header = "Lets Snowflake see the newest snapshots now.",
        description = "Tables of REST and Glue catalogs are refreshed by Snowflake itself, every minute; a new schema"
                + " without new rows is not, and neither is a lake whose catalog Snowflake cannot ask.",
        footer = "  firn snowflake refresh product price")
final class SnowflakeRefreshCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "Tables; all when none is named.")
    private List<String> names = List.of();

    SnowflakeRefreshCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        SnowflakeSite site = SnowflakeSite.of(config);
        ErrorReport errors = new ErrorReport(session.terminal().err());
        int exitCode = 0;
        try (Lake lake = Lake.open(config.lake());
                SnowflakeConnection snowflake = SnowflakeConnection.open(site);
                RowWriter rows = session.rows("table", "result")) {
            List<LakeTable> tables = SnowflakeTables.named(config, lake, names);
            snowflake.useRole(site.config().login().role());
            Days days = new Days(snowflake, site);
            for (LakeTable table : tables) {
                try {
                    days.refresh(table);
                    rows.row(List.of(table.name(), "refreshed"));
                } catch (FirnException e) {
                    rows.row(List.of(table.name(), "refused"));
                    exitCode = Math.max(exitCode, errors.report(e));
                }
            }
        }
        return exitCode;
    }
}
