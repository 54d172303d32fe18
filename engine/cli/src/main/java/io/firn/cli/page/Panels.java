package io.firn.cli.page;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.FirnConfig;
import io.firn.cli.terminal.DuckRows;
import io.firn.cli.terminal.OutputFormat;
import io.firn.cli.terminal.RowWriter;
import io.firn.compactor.journal.RunLog;
import io.firn.compactor.journal.RunRecord;
import io.firn.engine.quarantine.QuarantineView;
import io.firn.engine.quarantine.QuarantinedRecord;
import io.firn.engine.quarantine.Selection;
import io.firn.snapshot.audit.ChangeHistory;
import io.firn.snapshot.audit.ChangeQuestion;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** What the page shows of the lake's own tables and of change logs, as JSON: an array with an object for each row. */
final class Panels {
    private static final int MOST_CHANGES = 500;
    private static final int MOST_RUNS = 20;
    private static final String NO_SUCH_VALUE = "Conversion Error: ";

    private final FirnConfig config;
    private final Lake lake;
    private final Workbench workbench;

    Panels(FirnConfig config, Lake lake, Workbench workbench) {
        this.config = config;
        this.lake = lake;
        this.workbench = workbench;
    }

    /**
     * The changes of one row, the newest first.
     *
     * @param key {@code column=value} for each column of the key
     * @throws io.firn.catalog.FirnException when the question is about something that is not there
     */
    String changes(String table, List<String> key) {
        ChangeQuestion question =
                new ChangeQuestion(table, key, null, null, null, null, List.of(), ChangeQuestion.Which.ALL);
        ChangeHistory.Query query = new ChangeHistory(lake, config.snapshots(), Clock.systemUTC()).query(question);
        return query(
                ChangeHistory.LOG,
                query.scan(),
                "SELECT * FROM (%s) ORDER BY cut DESC, lsn DESC LIMIT %d".formatted(query.sql(), MOST_CHANGES));
    }

    /** Each expectation with its last verdict and those before; an empty array before the first check. */
    String checks() {
        return own("firn_dq_results", """
                SELECT table_name AS "table", expectation, max_by(severity, checked_at) AS severity,
                  max_by(verdict, checked_at) AS verdict, max_by(detail, checked_at) AS detail,
                  max_by(day, checked_at) AS day, max(checked_at) AS checked_at,
                  list(verdict ORDER BY checked_at DESC)[1:20] AS history
                FROM %s GROUP BY table_name, expectation ORDER BY table_name, expectation
                """);
    }

    /** The days of the ledger, and of how many of their tables it says that they were certified. */
    String ledger() {
        return own("firn_ledger", """
                SELECT day, hash, json_array_length(entry, '$.tables') AS tables,
                  len(list_filter(json_extract_string(entry, '$.tables[*].certified'), lambda c: c = 'true')) AS certified
                FROM %s ORDER BY day
                """);
    }

    private String own(String table, String sql) {
        Optional<Table> found = lake.find(table);
        return found.isEmpty()
                ? "[]"
                : query(table, Scan.of(found.get(), new AsOf.Head()), sql.formatted(Sql.identifier(table)));
    }

    private String query(String view, Scan scan, String sql) {
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView shown = workbench.view(connection, view, scan);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            ByteArrayOutputStream json = new ByteArrayOutputStream();
            DuckRows.write(rows, columns -> OutputFormat.JSON.open(stream(json), columns));
            return json.toString(StandardCharsets.UTF_8);
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            if (message.startsWith(NO_SUCH_VALUE)) {
                throw new FirnException(
                        ErrorCode.QUERY_INVALID,
                        "the key does not fit the table: " + message.substring(NO_SUCH_VALUE.length()),
                        e);
            }
            throw DuckFailures.translate("reading " + view, e);
        }
    }

    /** How many records wait in quarantine, by table and reason, the most first. Their content stays where it is. */
    String quarantine() {
        Map<List<String>, Waiting> groups = new LinkedHashMap<>();
        new QuarantineView(lake, workbench)
                .forEach(
                        Selection.open(List.of()),
                        record -> groups.computeIfAbsent(
                                        List.of(record.table(), record.reason()), any -> new Waiting(record))
                                .add(record));
        Json json = new Json(List.of("table", "reason", "records", "first_at", "last_at", "example"));
        groups.entrySet().stream()
                .sorted(Comparator.comparingLong(group -> -group.getValue().count))
                .forEach(group -> json.rows.row(group.getValue().row(group.getKey())));
        return json.text();
    }

    /** Records of one table with one reason, in the order in which they came. */
    private static final class Waiting {
        private final QuarantinedRecord first;
        private QuarantinedRecord last;
        private long count;

        Waiting(QuarantinedRecord first) {
            this.first = first;
            this.last = first;
        }

        void add(QuarantinedRecord record) {
            last = record;
            count++;
        }

        List<Object> row(List<String> group) {
            return List.of(group.get(0), group.get(1), count, first.at(), last.at(), first.id());
        }
    }

    /** The last compactions of a table, the newest first. */
    String runs(String table) {
        List<RunRecord> runs = new ArrayList<>(new RunLog(lake.table(table)).runs());
        runs.sort(Comparator.comparing(RunRecord::started).reversed());
        Json json = new Json(List.of(
                "started",
                "seconds",
                "reasons",
                "files_before",
                "files_after",
                "bytes_before",
                "bytes_after",
                "problems"));
        runs.stream()
                .limit(MOST_RUNS)
                .forEach(run -> json.rows.row(List.of(
                        run.started(),
                        run.took().toMillis() / 1000.0,
                        run.reasons(),
                        run.filesBefore(),
                        run.filesAfter(),
                        run.bytesBefore(),
                        run.bytesAfter(),
                        run.problems())));
        return json.text();
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    /** Rows as JSON, in memory. */
    private static final class Json {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final RowWriter rows;

        Json(List<String> columns) {
            rows = OutputFormat.JSON.open(stream(bytes), columns);
        }

        String text() {
            rows.close();
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
