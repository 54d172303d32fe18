package io.firn.dq.late;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.Suggestion;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Changes that touch a day after it was tagged. Which day a change touches is said by a column, of the row before it as
 * well as of the row after it, or else by when the source committed it.
 */
public final class LateCorrections {
    private static final String DAY_TAG = "day-";
    private static final String LOG = "firn:late";

    private final Workbench workbench;
    private final ZoneId zone;

    /** @param zone of business days */
    public LateCorrections(Workbench workbench, ZoneId zone) {
        this.workbench = workbench;
        this.zone = zone;
    }

    /**
     * What is looked for.
     *
     * @param table its name in the lake
     * @param column a date or a time; null for when the source committed a change
     * @param graceDays how many days after its day a change may come without being late; not negative
     */
    public record Question(String table, @Nullable String column, int graceDays) {
        public Question {
            if (graceDays < 0) {
                throw new FirnException(
                        ErrorCode.USAGE_INVALID, "the days of grace must not be negative but were " + graceDays);
            }
        }
    }

    /**
     * A part of a change log.
     *
     * @param after cuts up to this one are left out
     * @param upTo and those after this one
     */
    public record Cuts(long after, long upTo) {
        /** The whole log. */
        public static final Cuts ALL = new Cuts(0, Long.MAX_VALUE);
    }

    /**
     * Returns the affected days, oldest first.
     *
     * @param current the table, whose tags say when a day was closed
     * @param log its change log
     * @param cuts that are looked at
     */
    public List<AffectedDay> of(Question question, Table current, Table log, Cuts cuts) {
        String closed = closed(current);
        Snapshot head = log.currentSnapshot();
        if (closed.isEmpty() || head == null) {
            return List.of();
        }
        String sql = """
                SELECT d.day, count(*), min(c.at), max(c.at), max(c.cut)
                FROM (SELECT _cut AS cut, _source_ts AS at, %s AS came, unnest(list_distinct([%s])) AS day
                      FROM %s WHERE _op <> 't' AND _cut > %d AND _cut <= %d) c
                JOIN (VALUES %s) d(day, cut) ON d.day = c.day AND c.cut > d.cut AND c.came - c.day > %d
                GROUP BY d.day ORDER BY d.day
                """.formatted(
                        day(question.column() == null ? "_ingested_at" : "_source_ts"),
                        days(question, current),
                        Sql.identifier(LOG),
                        cuts.after(),
                        cuts.upTo(),
                        closed,
                        question.graceDays());
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView view = workbench.view(connection, LOG, scan(log, head, cuts));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<AffectedDay> affected = new ArrayList<>();
            while (row.next()) {
                affected.add(new AffectedDay(
                        question.table(),
                        row.getObject(1, LocalDate.class),
                        row.getLong(2),
                        row.getObject(3, OffsetDateTime.class).toInstant(),
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        row.getLong(5)));
            }
            return affected;
        } catch (SQLException e) {
            throw DuckFailures.translate("looking for late corrections of " + question.table(), e);
        }
    }

    private static Scan scan(Table log, Snapshot head, Cuts cuts) {
        return Scan.of(log, head.snapshotId())
                .where(Expressions.greaterThan(ChangeLogColumns.CUT, cuts.after()))
                .where(Expressions.lessThanOrEqual(ChangeLogColumns.CUT, cuts.upTo()));
    }

    private static String closed(Table table) {
        List<String> days = new ArrayList<>();
        table.refs()
                .forEach((name, ref) -> day(name, ref)
                        .ifPresent(day -> days.add("(DATE '%s', %d)"
                                .formatted(
                                        day,
                                        CutProperties.appliedAt(table, table.snapshot(ref.snapshotId()))
                                                .number()))));
        return String.join(", ", days);
    }

    private static Optional<LocalDate> day(String name, SnapshotRef ref) {
        try {
            return ref.isTag() && name.startsWith(DAY_TAG)
                    ? Optional.of(LocalDate.parse(name.substring(DAY_TAG.length())))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private String days(Question question, Table table) {
        String column = question.column();
        if (column == null) {
            return day("_source_ts");
        }
        NestedField field = table.schema().findField(column);
        if (field == null) {
            List<String> names =
                    table.schema().columns().stream().map(NestedField::name).toList();
            throw new FirnException(
                    ErrorCode.COLUMN_NOT_FOUND,
                    "table %s has no column %s%s"
                            .formatted(question.table(), column, Suggestion.phrase(column, names)));
        }
        String after = Sql.identifier(column);
        return day(field, after) + ", " + day(field, "_before." + after);
    }

    private String day(NestedField field, String sql) {
        return switch (field.type().toString()) {
            case "date", "timestamp" -> "CAST(%s AS DATE)".formatted(sql);
            case "timestamptz" -> day(sql);
            default ->
                throw new FirnException(
                        ErrorCode.TYPE_UNSUPPORTED,
                        "column %s must be a date or a time but is of type %s".formatted(field.name(), field.type()));
        };
    }

    /** DuckDB knows zones by their names, and not by how far they are away. */
    private String day(String sql) {
        if (zone.getRules().isFixedOffset()) {
            return "CAST((%s AT TIME ZONE 'UTC') + INTERVAL %d SECOND AS DATE)"
                    .formatted(sql, zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds());
        }
        return "CAST(%s AT TIME ZONE %s AS DATE)".formatted(sql, Sql.literal(zone.getId()));
    }
}
