package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.DbtSources;
import io.firn.catalog.snowflake.SnowflakeSite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code firn snowflake dbt-sources}. */
@Command(
        name = "dbt-sources",
        header = "Prints a sources.yml for dbt.",
        description = "Every table with its key as tests, and every change log with its freshness. Keys of several"
                + " columns are tested with dbt_utils.",
        footer = "  firn snowflake dbt-sources > models/sources.yml")
final class SnowflakeDbtSourcesCommand implements Callable<Integer> {
    private final Session session;

    SnowflakeDbtSourcesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake())) {
            session.terminal()
                    .out()
                    .print(new DbtSources(SnowflakeSite.of(config)).yaml(SnowflakeTables.all(config, lake)));
        }
        return 0;
    }
}
