package io.firn.engine.quarantine;

import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.duckdb.DuckDBConnection;

/** Reads the quarantine: each record once, with the last thing that was done about it. */
public final class QuarantineView {
    private static final String RECORDS = "firn:quarantine:records";
    private static final String ACTIONS = "firn:quarantine:actions";

    /** What takes a record out of quarantine. */
    private static final List<String> ENDS = Action.ends();

    private final Lake lake;
    private final Workbench workbench;

    /** @param workbench its database must outlive this */
    public QuarantineView(Lake lake, Workbench workbench) {
        this.lake = lake;
        this.workbench = workbench;
    }

    /** Shows each record that is selected, in the order in which they came. */
    public void forEach(Selection selection, Consumer<QuarantinedRecord> visitor) {
        each("""
                SELECT r.table_name, r.reason, r.topic, r.partition, r."offset", r.lsn, r.record_key, r.record_value,
                       r.quarantined_at, r.cut, r.action, r.detail
                FROM r WHERE %s ORDER BY r.cut, r.topic, r.partition, r."offset"
                """.formatted(condition(selection)), row -> visitor.accept(read(row)));
    }

    /** @return the selected records */
    public List<QuarantinedRecord> list(Selection selection) {
        List<QuarantinedRecord> records = new ArrayList<>();
        forEach(selection, records::add);
        return records;
    }

    /** @return the keys of the rows of these tables, of all when none is named, of which a change is in quarantine */
    public OpenKeys openKeys(List<String> tables) {
        OpenKeys keys = new OpenKeys();
        each(
                "SELECT r.table_name, r.record_key, r.\"offset\" FROM r WHERE %s AND r.record_key IS NOT NULL"
                        .formatted(condition(Selection.open(tables))),
                row -> keys.add(row.getString(1), row.getBytes(2), row.getLong(3)));
        return keys;
    }

    /**
     * What somebody asked the running writer to replay, and nobody has tried since; one for each of those who asked, in
     * the order in which they did.
     *
     * @param tables whose records count
     */
    public List<ReplayRequest> requests(List<String> tables) {
        Map<List<String>, List<QuarantinedRecord>> asked = new LinkedHashMap<>();
        Map<List<String>, Instant> last = new HashMap<>();
        each("""
                SELECT r.table_name, r.reason, r.topic, r.partition, r."offset", r.lsn, r.record_key, r.record_value,
                       r.quarantined_at, r.cut, r.action, r.detail, r.asked_by, r.asked_because, r.asked_at
                FROM r WHERE %s AND r.asked_at > coalesce(r.tried_at, TIMESTAMPTZ '1970-01-01')
                ORDER BY r.asked_at, r.cut, r.topic, r.partition, r."offset"
                """.formatted(condition(Selection.open(tables))), row -> {
            List<String> who = List.of(row.getString(13), Objects.requireNonNullElse(row.getString(14), ""));
            asked.computeIfAbsent(who, w -> new ArrayList<>()).add(read(row));
            last.put(who, row.getObject(15, OffsetDateTime.class).toInstant());
        });
        return asked.entrySet().stream()
                .map(entry -> new ReplayRequest(
                        entry.getKey().get(0),
                        entry.getKey().get(1),
                        Objects.requireNonNull(last.get(entry.getKey())),
                        entry.getValue()))
                .toList();
    }

    /** @return of the selected records those that were tried since they were last asked for, with what came of it */
    public List<QuarantineLog.Entry> tried(Selection selection) {
        List<QuarantineLog.Entry> tried = new ArrayList<>();
        each("""
                SELECT r.table_name, r.reason, r.topic, r.partition, r."offset", r.lsn, r.record_key, r.record_value,
                       r.quarantined_at, r.cut, r.action, r.detail, r.tried, r.tried_detail
                FROM r WHERE %s AND r.tried_at >= r.asked_at ORDER BY r.cut, r.topic, r.partition, r."offset"
                """.formatted(condition(selection)), row -> {
            Action action = Action.valueOf(row.getString(13).toUpperCase(Locale.ROOT));
            tried.add(new QuarantineLog.Entry(read(row), action, row.getString(14)));
        });
        return tried;
    }

    private static String condition(Selection selection) {
        List<String> conditions = new ArrayList<>();
        conditions.add(selection.state() == Selection.State.OPEN ? "r.action IS NULL" : "true");
        if (!selection.tables().isEmpty()) {
            conditions.add("r.table_name IN (%s)".formatted(Sql.literals(selection.tables())));
        }
        if (!selection.ids().isEmpty()) {
            conditions.add("r.topic || '/' || r.partition || '/' || r.\"offset\" IN (%s)"
                    .formatted(Sql.literals(selection.ids())));
        }
        return String.join(" AND ", conditions);
    }

    private interface RowReader {
        void row(ResultSet row) throws SQLException;
    }

    private void each(String query, RowReader reader) {
        Optional<Table> records = lake.find(Quarantine.TABLE);
        if (records.isEmpty()) {
            return;
        }
        Optional<Table> actions = lake.find(QuarantineTables.ACTIONS);
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView recordsView = workbench.view(connection, RECORDS, head(records.get()));
                Statement statement = connection.createStatement()) {
            Optional<TableView> actionsView = actions.map(table -> workbench.view(connection, ACTIONS, head(table)));
            try (ResultSet row = statement.executeQuery(with(recordsView, actionsView) + query)) {
                while (row.next()) {
                    reader.row(row);
                }
            } finally {
                actionsView.ifPresent(TableView::close);
            }
        } catch (SQLException e) {
            throw FirnException.internal("the quarantine could not be read", e);
        }
    }

    private static Scan head(Table table) {
        Snapshot head = table.currentSnapshot();
        return Scan.of(table, head == null ? null : (Long) head.snapshotId());
    }

    private static String with(TableView records, Optional<TableView> actions) {
        String done = actions.map(view -> """
                        SELECT topic, partition, "offset", cut,
                               max_by(action, acted_at) FILTER (WHERE action IN (%2$s)) AS action,
                               max_by(detail, acted_at) FILTER (WHERE action IN (%2$s)) AS detail,
                               max(acted_at) FILTER (WHERE action = %3$s) AS asked_at,
                               max_by(actor, acted_at) FILTER (WHERE action = %3$s) AS asked_by,
                               max_by(detail, acted_at) FILTER (WHERE action = %3$s) AS asked_because,
                               max(acted_at) FILTER (WHERE action <> %3$s) AS tried_at,
                               max_by(action, acted_at) FILTER (WHERE action <> %3$s) AS tried,
                               max_by(detail, acted_at) FILTER (WHERE action <> %3$s) AS tried_detail
                        FROM %1$s GROUP BY ALL
                        """.formatted(
                                Sql.identifier(view.name()),
                                ENDS.stream().map(Sql::literal).collect(Collectors.joining(", ")),
                                Sql.literal(Action.REQUESTED.text())))
                .orElse("""
                        SELECT '' AS topic, 0 AS partition, 0::BIGINT AS "offset", 0::BIGINT AS cut, '' AS action, '' AS detail,
                               NULL::TIMESTAMPTZ AS asked_at, '' AS asked_by, '' AS asked_because,
                               NULL::TIMESTAMPTZ AS tried_at, '' AS tried, '' AS tried_detail
                        WHERE false
                        """);
        return "WITH a AS (%s), r AS (SELECT q.*, a.* EXCLUDE (topic, partition, \"offset\", cut) FROM %s q LEFT JOIN a USING (topic, partition, \"offset\", cut)) "
                .formatted(done, Sql.identifier(records.name()));
    }

    private static QuarantinedRecord read(ResultSet row) throws SQLException {
        return new QuarantinedRecord(
                row.getString(1),
                row.getString(2),
                new SourceRecord(row.getString(3), row.getInt(4), row.getLong(5), row.getBytes(7), row.getBytes(8)),
                row.getLong(6),
                instant(row),
                row.getLong(10),
                row.getString(11),
                row.getString(12));
    }

    private static Instant instant(ResultSet row) throws SQLException {
        OffsetDateTime time = row.getObject(9, OffsetDateTime.class);
        return time.toInstant();
    }
}
