package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.Suggestion;
import io.firn.cli.terminal.DuckRows;
import io.firn.cli.terminal.RowWriter;
import io.firn.snapshot.Moments;
import io.firn.snapshot.audit.ChangeHistory;
import io.firn.snapshot.audit.ChangeQuestion;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/** SQL over the tables of a lake at one moment. A table is staged when a statement first speaks of it. */
final class LakeQueries implements AutoCloseable {

    private static final Pattern SPEAKS_OF_ALL =
            Pattern.compile("(?i)\\b(show|information_schema|duckdb_(tables|views|columns)|pg_catalog)\\b");
    private static final Pattern UNKNOWN_TABLE = Pattern.compile("Table with name (\\S+) does not exist");

    private final Lake lake;
    private AsOf moment;
    private final Moments moments;
    private final ChangeHistory history;
    private final DuckDatabase duck;
    private final Workbench workbench;
    private final DuckDBConnection connection;
    private final List<TableView> views = new ArrayList<>();

    private LakeQueries(Lake lake, AsOf moment, FirnConfig config) {
        this.lake = lake;
        this.moment = moment;
        moments = new Moments(lake, config.snapshots(), Clock.systemUTC());
        history = new ChangeHistory(lake, config.snapshots(), Clock.systemUTC());
        duck = DuckDatabase.open(config.workbench());
        workbench = new Workbench(duck, config.workbench());
        connection = duck.connect();
    }

    static LakeQueries open(FirnConfig config, AsOf moment) {
        Lake lake = Lake.open(config.lake());
        try {
            return new LakeQueries(lake, moment, config);
        } catch (RuntimeException e) {
            lake.close();
            throw e;
        }
    }

    /** The names that a statement may use. */
    List<String> tables() {
        return lake.tables();
    }

    /** Looks at another moment from now on. */
    void lookAt(AsOf wanted) {
        moment = wanted;
    }

    /** The lake whose tables these are. */
    Lake lake() {
        return lake;
    }

    /**
     * Runs a statement on the tables as they are now, or at the moment.
     *
     * @param output begins the output of a statement that has one
     * @throws FirnException when the statement is wrong, or a table has nothing at the moment
     */
    void run(String statement, Function<List<String>, RowWriter> output) {
        stage(statement);
        execute(statement, output);
    }

    /**
     * Shows how a table changed.
     *
     * @throws FirnException when it has nothing at one of the moments
     */
    void diff(LakeDiff diff, String table, Function<List<String>, RowWriter> output) {
        Moments.Shown after = moments.shown(table, diff.to());
        show(LakeDiff.AFTER, after);
        Moments.Shown before = moments.shown(table, diff.from());
        show(LakeDiff.BEFORE, new Moments.Shown(before.scan().as(after.scan().schema()), before.lastCut()));
        execute(LakeDiff.sql(after.scan().schema()), output);
    }

    /**
     * Shows what the change log knows.
     *
     * @throws FirnException when the question is about something that is not there
     */
    void changes(ChangeQuestion question, Function<List<String>, RowWriter> output) {
        ChangeHistory.Query query = history.query(question);
        views.add(workbench.view(connection, ChangeHistory.LOG, query.scan()));
        if (query.remarks() != null) {
            views.add(workbench.view(connection, ChangeHistory.REMARKS, query.remarks()));
        }
        execute(query.sql(), output);
    }

    private void execute(String statement, Function<List<String>, RowWriter> output) {
        try (Statement query = connection.createStatement()) {
            if (query.execute(statement)) {
                try (ResultSet rows = query.getResultSet()) {
                    DuckRows.write(rows, output);
                }
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private void stage(String statement) {
        views.forEach(TableView::close);
        views.clear();
        boolean all = SPEAKS_OF_ALL.matcher(statement).find();
        for (String table : lake.tables()) {
            if (speaksOf(statement, table)) {
                show(table, moments.shown(table, moment));
            } else if (all) {
                stageIfThere(table);
            }
        }
    }

    /** A table that is younger than the moment is not there; a statement that does not name it does not mind. */
    private void stageIfThere(String table) {
        try {
            show(table, moments.shown(table, moment));
        } catch (FirnException e) {
            if (e.code() != ErrorCode.TAG_NOT_FOUND && e.code() != ErrorCode.SNAPSHOT_NOT_FOUND) {
                throw e;
            }
        }
    }

    private void show(String name, Moments.Shown shown) {
        if (shown.lastCut() == null) {
            views.add(workbench.view(connection, name, shown.scan()));
            return;
        }
        TableView all = workbench.view(connection, "firn:all:" + name, shown.scan());
        views.add(all);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP VIEW %s AS SELECT * FROM %s WHERE %s"
                    .formatted(Sql.identifier(name), Sql.identifier(all.name()), shown.condition()));
        } catch (SQLException e) {
            throw DuckFailures.translate("reading " + name, e);
        }
    }

    private static boolean speaksOf(String statement, String table) {
        return Pattern.compile("(?<![\\w$])" + Pattern.quote(table) + "(?![\\w$])", Pattern.CASE_INSENSITIVE)
                .matcher(statement)
                .find();
    }

    private FirnException failure(SQLException cause) {
        String message = String.valueOf(cause.getMessage())
                .lines()
                .takeWhile(line -> !line.startsWith("LINE "))
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("; "));
        Matcher unknown = UNKNOWN_TABLE.matcher(message);
        if (unknown.find()) {
            return new FirnException(
                    ErrorCode.TABLE_NOT_FOUND,
                    "there is no table " + unknown.group(1) + Suggestion.phrase(unknown.group(1), lake.tables()),
                    cause);
        }
        FirnException known = DuckFailures.translate("the query", cause);
        boolean duckDbsOwnFault = message.startsWith("INTERNAL");
        return known.code() == ErrorCode.INTERNAL && !duckDbsOwnFault
                ? new FirnException(ErrorCode.QUERY_INVALID, message, cause)
                : known;
    }

    @Override
    public void close() {
        views.forEach(TableView::close);
        try {
            connection.close();
        } catch (SQLException e) {
            throw DuckFailures.translate("closing DuckDB", e);
        } finally {
            workbench.close();
            duck.close();
            lake.close();
        }
    }
}
