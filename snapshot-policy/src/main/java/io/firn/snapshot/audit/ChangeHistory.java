package io.firn.snapshot.audit;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.MainLine;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.TransactionRemarks;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.catalog.config.Suggestion;
import io.firn.snapshot.Moments;
import io.firn.workbench.AsOf;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about changes from the change log. Each answer carries its evidence: the cut that brought the
 * change, its log sequence number and transaction in the source, the first snapshot that is kept and shows it, and the
 * first day that holds it.
 */
public final class ChangeHistory {
    /** The view that a query reads. */
    public static final String LOG = "firn:log";
    /** The view of what was said about transactions, where anything was. */
    public static final String REMARKS = "firn:remarks";

    private final Lake lake;
    private final SnapshotsConfig config;
    private final Moments moments;

    /** @param clock says which days are in the future */
    public ChangeHistory(Lake lake, SnapshotsConfig config, Clock clock) {
        this.lake = lake;
        this.config = config;
        this.moments = new Moments(lake, config, clock);
    }

    /**
     * A query that answers a question.
     *
     * @param scan what {@link #LOG} is to show
     * @param remarks what {@link #REMARKS} is to show; null where nothing was said about any transaction
     * @param sql the query
     */
    public record Query(Scan scan, @Nullable Scan remarks, String sql) {}

    /**
     * Prepares the answer to a question.
     *
     * @throws FirnException when the table has no such column, key or day
     */
    public Query query(ChangeQuestion question) {
        Table table = lake.table(question.table());
        Table log = lake.table(TableDefinition.changeLogOf(question.table()));
        List<String> columns =
                table.schema().columns().stream().map(NestedField::name).toList();
        if (question.column() != null) {
            requireColumn(question.table(), question.column(), columns);
        }
        question.show().forEach(column -> requireColumn(question.table(), column, columns));
        List<String> key = new ArrayList<>(table.schema().identifierFieldNames());
        key.sort(Comparator.comparingInt(columns::indexOf));
        long upTo = question.to() == null ? Long.MAX_VALUE : moments.cut(question.table(), new AsOf.Day(question.to()));
        Scan scan = Scan.of(log, new AsOf.Head()).where(Expressions.lessThanOrEqual(ChangeLogColumns.CUT, upTo));
        @Nullable
        Scan remarks = lake.find(TransactionRemarks.TABLE)
                .map(said -> Scan.of(said, new AsOf.Head()))
                .orElse(null);
        String sql = sql(question, table, columns, key, after(table, question.from()), upTo);
        return new Query(scan, remarks, remarks == null ? sql : withRemarks(sql));
    }

    private static void requireColumn(String table, String column, List<String> columns) {
        if (!columns.contains(column)) {
            throw new FirnException(
                    ErrorCode.COLUMN_NOT_FOUND,
                    "table %s has no column %s%s".formatted(table, column, Suggestion.phrase(column, columns)));
        }
    }

    /** The cut that closed the last day before one. */
    private long after(Table table, @Nullable LocalDate from) {
        if (from == null) {
            return 0;
        }
        return AsOf.days(table).stream()
                .filter(day -> day.isBefore(from))
                .reduce((first, second) -> second)
                .map(day -> moments.cut(lakeName(table), new AsOf.Day(day)))
                .orElse(0L);
    }

    private static String lakeName(Table table) {
        return table.name().substring(table.name().lastIndexOf('.') + 1);
    }

    private String sql(
            ChangeQuestion question, Table table, List<String> columns, List<String> key, long after, long upTo) {
        String row = columns.stream()
                .map(name -> "%1$s := %1$s".formatted(Sql.identifier(name)))
                .collect(Collectors.joining(", "));
        return """
                WITH kept(cut, snapshot, tag) AS (%1$s),
                  log AS (SELECT * FROM %2$s WHERE _cut <= %3$d AND (%4$s)),
                  ordered AS (
                    SELECT *, lag(struct_pack(%5$s)) OVER rows_before AS "firn:last", lag(_op) OVER rows_before AS "firn:last_op"
                    FROM log WINDOW rows_before AS (PARTITION BY %6$s ORDER BY _cut, _partition, _offset)),
                  changes AS (
                    SELECT *, coalesce(_before, CASE WHEN _op IN ('u', 'd') AND "firn:last_op" <> 'd' THEN "firn:last" END) AS "firn:was"
                    FROM ordered WHERE _cut > %7$d)
                SELECT c._source_ts AS changed_at,
                  CASE c._op WHEN 'c' THEN 'insert' WHEN 'u' THEN 'update' WHEN 'd' THEN 'delete'
                    WHEN 'r' THEN 'snapshot' WHEN 't' THEN 'truncate' ELSE c._op END AS operation,
                  %8$s,
                  c._cut AS cut, c._lsn AS lsn, c._tx_id AS transaction, s.snapshot, d.tag AS first_tag
                FROM changes c
                  ASOF LEFT JOIN kept s ON c._cut <= s.cut
                  ASOF LEFT JOIN (SELECT * FROM kept WHERE tag IS NOT NULL) d ON c._cut <= d.cut
                WHERE %9$s
                ORDER BY c._cut, c._partition, c._offset
                """.formatted(
                        kept(table),
                        Sql.identifier(LOG),
                        upTo,
                        new KeyCondition(question.table(), key).sql(question.key()),
                        row,
                        Sql.identifiers(key),
                        after,
                        shown(question, columns, key),
                        condition(question));
    }

    /** A cut that was tried twice may have brought every remark twice. */
    private static String withRemarks(String changes) {
        return """
                WITH asked AS (SELECT row_number() OVER () AS "firn:place", * FROM (%1$s)),
                  said AS (
                    SELECT tx_id, committed_at,
                      arg_max(value, lsn) FILTER (WHERE name = 'user') AS "user",
                      arg_max(value, lsn) FILTER (WHERE name = 'reason') AS reason,
                      string_agg(DISTINCT name || ': ' || value, '; ') FILTER (WHERE name NOT IN ('user', 'reason')) AS remarks
                    FROM %2$s GROUP BY ALL)
                SELECT a.* EXCLUDE ("firn:place"), s."user", s.reason, s.remarks
                FROM asked a LEFT JOIN said s ON s.tx_id = a.transaction AND s.committed_at = a.changed_at
                ORDER BY "firn:place"
                """.formatted(changes, Sql.identifier(REMARKS));
    }

    /** The last value before the change and the new one, or all that differ. */
    private static String shown(ChangeQuestion question, List<String> columns, List<String> key) {
        List<String> shown = new ArrayList<>();
        key.forEach(name -> shown.add("c." + Sql.identifier(name)));
        String column = question.column();
        if (column == null) {
            shown.add(columns.stream()
                    .filter(name -> !key.contains(name))
                    .map(ChangeHistory::difference)
                    .collect(Collectors.joining(", ", "concat_ws('; ', ", ") AS changes")));
        } else {
            shown.add(was(column) + " AS before");
            shown.add("c." + Sql.identifier(column) + " AS after");
        }
        if (question.beyondPercent() != null) {
            shown.add("round(%s, 2) AS percent".formatted(percent(String.valueOf(column))));
        }
        question.show().stream()
                .filter(name -> !key.contains(name))
                .forEach(
                        name -> shown.add("coalesce(c.%1$s, %2$s) AS %1$s".formatted(Sql.identifier(name), was(name))));
        return String.join(", ", shown);
    }

    private static String was(String column) {
        return "c.\"firn:was\"." + Sql.identifier(column);
    }

    private static String difference(String column) {
        String now = "c." + Sql.identifier(column);
        return "CASE WHEN %1$s IS DISTINCT FROM %2$s THEN %3$s || coalesce(%1$s::VARCHAR, 'NULL') || ' -> ' || coalesce(%2$s::VARCHAR, 'NULL') END"
                .formatted(was(column), now, Sql.literal(column + ": "));
    }

    private static String percent(String column) {
        return "100.0 * (c.%1$s - %2$s) / nullif(abs(%2$s), 0)".formatted(Sql.identifier(column), was(column));
    }

    private String condition(ChangeQuestion question) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        String column = question.column();
        if (column != null) {
            conditions.add("(c._op = 't' OR %s IS DISTINCT FROM c.%s)".formatted(was(column), Sql.identifier(column)));
        }
        if (question.beyondPercent() != null) {
            conditions.add("abs(%s) > %s"
                    .formatted(
                            percent(String.valueOf(column)),
                            question.beyondPercent().toPlainString()));
        }
        if (question.which() == ChangeQuestion.Which.LATE && question.from() != null) {
            conditions.add("c._op <> 'r' AND c._source_ts < TIMESTAMPTZ "
                    + Sql.literal(question.from()
                            .atStartOfDay(config.zone())
                            .toInstant()
                            .toString()));
        }
        return String.join(" AND ", conditions);
    }

    /** The snapshots that say which cut they hold, as rows (cut, snapshot, tag). */
    private static String kept(Table table) {
        Map<Long, String> tags = table.refs().entrySet().stream()
                .filter(ref -> ref.getValue().isTag())
                .collect(Collectors.toMap(
                        ref -> ref.getValue().snapshotId(), Map.Entry::getKey, (a, b) -> a.compareTo(b) < 0 ? a : b));
        List<String> rows = new ArrayList<>();
        for (Snapshot snapshot : MainLine.of(table)) {
            Cut.of(snapshot.summary())
                    .ifPresent(cut -> rows.add("(%d::BIGINT, %d::BIGINT, %s)"
                            .formatted(cut.number(), snapshot.snapshotId(), literal(tags.get(snapshot.snapshotId())))));
        }
        return rows.isEmpty()
                ? "SELECT NULL::BIGINT, NULL::BIGINT, NULL::VARCHAR WHERE false"
                : "VALUES " + String.join(", ", rows);
    }

    private static String literal(@Nullable String text) {
        return text == null ? "NULL::VARCHAR" : Sql.literal(text);
    }
}
