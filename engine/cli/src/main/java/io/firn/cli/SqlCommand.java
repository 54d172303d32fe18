package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.RowWriter;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn sql}. */
@Command(
        name = "sql",
        header = "Runs DuckDB SQL over the lake; every table is a view.",
        description = "The lake needs no server. With --as-of all tables are seen as they were when that day closed.",
        footer = "  firn -c shop/firn.yaml sql \"SELECT count(*) FROM product\" --as-of 2026-11-20")
final class SqlCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "QUERY", description = "One SQL statement.")
    private String query = "";

    @ArgGroup
    private @Nullable Moment moment;

    private static final class Moment {
        @Option(names = "--as-of", paramLabel = "DAY", description = "All tables at the end of this day: 2026-11-20.")
        private @Nullable LocalDate day;

        @Option(names = "--tag", paramLabel = "TAG", description = "All tables at this tag.")
        private @Nullable String tag;

        @Option(names = "--snapshot", paramLabel = "ID", description = "The table that has this snapshot, at it.")
        private @Nullable Long snapshot;

        AsOf asOf() {
            if (day != null) {
                return new AsOf.Day(day);
            }
            return tag != null ? new AsOf.Tag(tag) : new AsOf.SnapshotId(snapshot == null ? 0 : snapshot);
        }
    }

    SqlCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase database = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(database, config.workbench());
                DuckDBConnection connection = database.connect()) {
            AsOf asOf = moment == null ? new AsOf.Head() : moment.asOf();
            for (String table : lake.tables()) {
                if (isNamed(table)) {
                    workbench.view(connection, table, Scan.of(lake.table(table), asOf));
                }
            }
            print(connection);
            return 0;
        } catch (SQLException e) {
            throw new FirnException(ErrorCode.QUERY_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    /** Views are made only of tables whose name is in the query, for each costs a look at its files. */
    private boolean isNamed(String table) {
        return Pattern.compile("\\b" + Pattern.quote(table.toLowerCase(Locale.ROOT)) + "\\b")
                .matcher(query.toLowerCase(Locale.ROOT))
                .find();
    }

    private void print(DuckDBConnection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            ResultSetMetaData columns = rows.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                names.add(columns.getColumnLabel(i));
            }
            try (RowWriter out = session.rows(names)) {
                while (rows.next()) {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (int i = 1; i <= names.size(); i++) {
                        values.add(rows.getObject(i));
                    }
                    out.row(values);
                }
            }
        }
    }
}
