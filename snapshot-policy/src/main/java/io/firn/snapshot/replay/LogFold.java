package io.firn.snapshot.replay;

import io.firn.workbench.DuckFailures;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.Sql;
import io.firn.workbench.ValueRanges;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last change of each key in a part of a change log, over the rows that were there before it.
 *
 * <p>First the keys are folded, each with the place of its last change; the rows of those places are read with all
 * their columns afterwards. Keys that do not fit into memory are folded a range after the other, each by all threads.
 */
final class LogFold {
    private static final Logger LOG = LoggerFactory.getLogger(LogFold.class);
    private static final String LAST = Sql.identifier("firn:replay:last");
    /** Into how many each range is divided when one was too large. */
    private static final int FINER = 4;

    private static final int MOST_RANGES = 64;

    private final Connection connection;
    private final Views views;
    private final Schema schema;
    private final List<String> key;
    private final String into;

    /**
     * What is folded.
     *
     * @param log the name of a view of the change log
     * @param logged its columns
     * @param base the name of a view of the rows before, with the columns of those that are wanted
     */
    record Views(String log, Schema logged, String base) {
        Views {
            log = Sql.identifier(log);
            base = Sql.identifier(base);
        }
    }

    /**
     * What was done.
     *
     * @param changes how many there were
     * @param ranges in how many ranges of keys they were folded
     */
    record Folded(long changes, int ranges) {}

    /**
     * @param schema the columns that the rows are to have
     * @param key the columns among them that tell rows apart
     * @param into the name of the temporary table that is made
     */
    LogFold(Connection connection, Views views, Schema schema, List<String> key, String into) {
        this.connection = connection;
        this.views = views;
        this.schema = schema;
        this.key = key;
        this.into = Sql.identifier(into);
    }

    /**
     * Folds.
     *
     * @param cuts which changes, as SQL over the columns of the log
     * @param rows which rows, as SQL over columns of the key
     */
    Folded run(String cuts, String rows) throws SQLException {
        return run(cuts, rows, 1);
    }

    /**
     * The same, divided from the beginning.
     *
     * @param ranges into how many ranges of keys
     */
    Folded run(String cuts, String rows, int ranges) throws SQLException {
        Optional<Truncate> truncate = Truncate.lastOf(connection, views.log(), cuts);
        String changes = "%s AND (%s) AND _op <> 't'".formatted(cuts, rows);
        String later = truncate.map(last -> changes + " AND " + last.later()).orElse(changes);
        int taken = fold(later, truncate.isPresent() ? null : "(%s)".formatted(rows), ranges);
        return new Folded(count("%s AND (_op = 't' OR (%s))".formatted(cuts, rows)), taken);
    }

    private long count(String changes) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM %s WHERE %s".formatted(views.log(), changes))) {
            row.next();
            return row.getLong(1);
        }
    }

    private int fold(String changes, @Nullable String kept, int number) throws SQLException {
        List<String> ranges = number == 1 ? List.of("true") : ranges(changes, number);
        execute("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s LIMIT 0"
                .formatted(into, columns(), views.base()));
        try {
            for (String range : ranges) {
                foldRange(changes + " AND " + range);
                if (kept != null) {
                    keepRange(kept + " AND " + range);
                }
            }
            return ranges.size();
        } catch (SQLException e) {
            if (!DuckFailures.isOutOfMemory(e) || number >= MOST_RANGES) {
                throw e;
            }
            LOG.info("memory is short, keys are folded in {} ranges", number * FINER);
            return fold(changes, kept, number * FINER);
        } finally {
            execute("DROP TABLE IF EXISTS " + LAST);
        }
    }

    /** Of the column that can be divided best. */
    private List<String> ranges(String changes, int number) throws SQLException {
        List<String> best = List.of();
        for (String column : key) {
            String term = Sql.identifier(column);
            List<String> ranges = ValueRanges.of(
                    connection, "(SELECT %s FROM %s WHERE %s)".formatted(term, views.log(), changes), term, number);
            best = ranges.size() > best.size() ? ranges : best;
        }
        return best;
    }

    private void foldRange(String changes) throws SQLException {
        execute("""
                CREATE OR REPLACE TEMP TABLE %s AS
                SELECT %s, max((_cut, _partition, _offset)) AS place FROM %s WHERE %s GROUP BY ALL
                """.formatted(LAST, Sql.identifiers(key), views.log(), changes));
        execute("""
                INSERT INTO %s SELECT %s FROM %s r SEMI JOIN %s l
                ON %s AND (r._cut, r._partition, r._offset) = l.place WHERE %s AND _op <> 'd'
                """.formatted(into, logged(), views.log(), LAST, sameKey(), changes));
    }

    private void keepRange(String rows) throws SQLException {
        execute("INSERT INTO %s SELECT %s FROM %s r ANTI JOIN %s l ON %s WHERE %s"
                .formatted(into, columns(), views.base(), LAST, sameKey(), rows));
    }

    /** In a statement of its own: one that failed cannot be used again. */
    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String columns() {
        return Sql.identifiers(schema.columns().stream().map(NestedField::name).toList());
    }

    /** Columns that the log never had are null. */
    private String logged() {
        return schema.columns().stream()
                .map(column -> views.logged().findField(column.name()) == null
                        ? "CAST(NULL AS %s) AS %s".formatted(DuckTypes.of(column.type()), Sql.identifier(column.name()))
                        : Sql.identifier(column.name()))
                .collect(Collectors.joining(", "));
    }

    private String sameKey() {
        return key.stream()
                .map(name -> "r.%1$s = l.%1$s".formatted(Sql.identifier(name)))
                .collect(Collectors.joining(" AND "));
    }
}
