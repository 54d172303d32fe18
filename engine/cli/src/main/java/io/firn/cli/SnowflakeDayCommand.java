package io.firn.cli;

import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.snowflake.DayAccess;
import io.firn.catalog.snowflake.Days;
import io.firn.catalog.snowflake.LakeTable;
import io.firn.catalog.snowflake.SnowflakeConnection;
import io.firn.catalog.snowflake.SnowflakeSite;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.ledger.PinnedMetadata;
import io.firn.workbench.AsOf;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn snowflake day}. */
@Command(
        name = "day",
        header = "Makes a tagged day readable in Snowflake, and says how to read it.",
        description = "Where the account knows tags, a day is the table AT(VERSION_TAG => …). Elsewhere a table over"
                + " the day's pinned metadata is made; nothing is copied. --certify points the certified views to"
                + " the day.",
        footer = "  firn snowflake day 2026-11-20 product --certify")
final class SnowflakeDayCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "DAY", description = "A tagged day, such as 2026-11-20.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LocalDate day;

    @Parameters(index = "1..*", paramLabel = "TABLE", description = "Tables; all when none is named.")
    private List<String> names = List.of();

    @Option(names = "--certify", description = "Point the certified views to this day.")
    private boolean certify;

    SnowflakeDayCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        SnowflakeSite site = SnowflakeSite.of(config);
        try (Lake lake = Lake.open(config.lake())) {
            List<LakeTable> tables = SnowflakeTables.current(config, lake, names);
            tables.forEach(table -> pin(lake.table(table.name())));
            try (SnowflakeConnection snowflake = SnowflakeConnection.open(site);
                    RowWriter rows = session.rows("table", "day", "query")) {
                snowflake.useRole(site.config().login().role());
                snowflake.useWarehouse(site.config().login().warehouse());
                open(new Days(snowflake, site), tables, rows);
            }
        }
        return 0;
    }

    /** Days that were tagged before pinned metadata was written get theirs now. */
    private void pin(Table table) {
        AsOf.Day moment = new AsOf.Day(day);
        moment.resolve(table).ifPresent(snapshot -> PinnedMetadata.write(table, moment.tag(), snapshot));
    }

    /** All tables can be read before the first certified view moves. */
    private void open(Days days, List<LakeTable> tables, RowWriter rows) {
        DayAccess access = days.access(tables.get(0).name());
        List<List<Object>> found = new ArrayList<>();
        for (LakeTable table : tables) {
            found.add(List.of(table.name(), day, "SELECT * FROM " + days.open(table, day, access)));
        }
        if (certify) {
            tables.forEach(table -> days.certify(table, day, access));
        }
        found.forEach(rows::row);
    }
}
