package io.firn.engine.gate;

import io.firn.catalog.Cut;
import io.firn.catalog.FirnException;
import io.firn.dq.rule.RowRule;
import io.firn.dq.rule.RowRules;
import io.firn.dq.rule.RuleResult;
import io.firn.engine.buffer.BufferColumns;
import io.firn.engine.buffer.BufferGate;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A table's row rules, asked of some thousand changes at a time, of the rows after them. The records of these changes
 * are kept until then, for one that is set aside goes to quarantine as it came. Changes that lack values are asked
 * about when these were found.
 */
public final class RuleGate implements BufferGate {
    private static final int MAX_ROWS = 16_384;
    private static final String SEQUENCE = "firn:seq";

    private final String table;
    private final RowRules rules;
    private final long maxBytes;
    private final List<Waiting> waiting = new ArrayList<>();
    private final long[] broken;
    private List<NestedField> columns;
    private long bytes;
    private long checked;

    /**
     * @param table the table's name in the lake
     * @param columns of the current table, in slot order
     * @param maxBytes roughly what the records that wait may take
     */
    public RuleGate(String table, RowRules rules, List<NestedField> columns, long maxBytes) {
        this.table = table;
        this.rules = rules;
        this.columns = List.copyOf(columns);
        this.maxBytes = maxBytes;
        this.broken = new long[rules.rules().size()];
    }

    /** A change that waits. */
    record Waiting(SourceRecord record, long lsn, boolean isIncomplete, Verdicts verdicts) {}

    /** Is told a row that breaks a rule which sets it aside. */
    @FunctionalInterface
    public interface Broken {
        /** @param broken how many rows of the commit under way have broken the rule, this one included */
        void row(int partition, long offset, RowRule rule, long broken);
    }

    /** Goes on with the columns that the table has now; nothing may wait. */
    public void use(List<NestedField> newColumns) {
        columns = List.copyOf(newColumns);
    }

    @Override
    public boolean isShut() {
        return !rules.isEmpty();
    }

    /**
     * Keeps the record of the change that comes next.
     *
     * @param verdicts is told if it is not to be written
     */
    public void await(SourceRecord record, ChangeRow change, Verdicts verdicts) {
        if (isShut()) {
            boolean isIncomplete = change.after().unavailable() > 0;
            waiting.add(new Waiting(record, change.lsn(), isIncomplete, verdicts));
            byte[] value = record.value();
            bytes += value == null ? 0 : value.length;
        }
    }

    @Override
    public boolean isDue() {
        return waiting.size() >= MAX_ROWS || bytes >= maxBytes;
    }

    @Override
    public long look(DuckDBConnection connection, String place) throws SQLException {
        String relation = Sql.identifier(place);
        List<Waiting> changes = List.copyOf(waiting);
        waiting.clear();
        bytes = 0;
        try (Statement statement = connection.createStatement()) {
            long first = end(statement, relation) - changes.size();
            String rows = rows(relation, "c.rowid >= %d AND c.unavailable IS NULL".formatted(first));
            if (!count(statement, rows)) {
                return 0;
            }
            @Nullable Integer[] rule = new @Nullable Integer[changes.size()];
            try (ResultSet found = statement.executeQuery(toSetAside(rows))) {
                while (found.next()) {
                    int number = Math.toIntExact(found.getLong(1) - first);
                    requireSame(changes.get(number), found.getInt(2), found.getLong(3));
                    rule[number] = found.getInt(4);
                }
            }
            long[] gone = new Judgement(rules.rules(), broken).of(changes, Arrays.asList(rule));
            remove(
                    statement,
                    relation,
                    LongStream.of(gone).map(number -> first + number).toArray());
            return gone.length;
        }
    }

    /**
     * The number after that of the last row. The rows that wait have the numbers before it: none of them was deleted.
     */
    private static long end(Statement statement, String relation) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT max(rowid) + 1 FROM " + relation)) {
            row.next();
            return row.getLong(1);
        }
    }

    /**
     * Looks at rows of a cut that have not waited.
     *
     * @param condition SQL that is true for them, of columns that begin with {@code c.}
     * @param listener is told those that are not to be written
     * @return the cut without them
     */
    public CutRows look(CutRows cut, String condition, Broken listener) {
        if (rules.isEmpty()) {
            return cut;
        }
        String rows = rows(cut.relation(), condition);
        try (Statement statement = cut.connection().createStatement()) {
            if (!count(statement, rows)) {
                return cut;
            }
            LongStream.Builder found = LongStream.builder();
            try (ResultSet row = statement.executeQuery(toSetAside(rows))) {
                while (row.next()) {
                    int place = row.getInt(4);
                    found.add(row.getLong(1));
                    listener.row(row.getInt(2), row.getLong(3), rules.rules().get(place), ++broken[place]);
                }
            }
            long[] gone = found.build().toArray();
            remove(statement, cut.relation(), gone);
            return new CutRows(cut.connection(), cut.table(), cut.count() - gone.length, cut.incomplete());
        } catch (SQLException e) {
            throw DuckFailures.translate("asking the rules of " + table, e);
        }
    }

    private String toSetAside(String rows) {
        return "SELECT %s, part, off, %s FROM %s WHERE %s ORDER BY 1"
                .formatted(Sql.identifier(SEQUENCE), rules.first(), rows, rules.setAside());
    }

    private void requireSame(Waiting change, int partition, long offset) {
        if (change.record().partition() != partition || change.record().offset() != offset) {
            throw FirnException.internal(
                    "changes of %s are in another order than their records".formatted(table),
                    new IllegalStateException(partition + "/" + offset));
        }
    }

    /** @return whether a row has to be set aside */
    private boolean count(Statement statement, String rows) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*), %s FROM %s".formatted(rules.counts(), rows))) {
            row.next();
            checked += row.getLong(1);
            boolean setsAside = false;
            for (int i = 0; i < broken.length; i++) {
                long more = row.getLong(2 + i);
                if (rules.rules().get(i).setsAside()) {
                    setsAside |= more > 0;
                } else {
                    broken[i] += more;
                }
            }
            return setsAside;
        }
    }

    /** The rows after the changes, under the names that rules call their columns by; a delete leaves none. */
    private String rows(String relation, String condition) {
        return "(SELECT c.rowid AS %s, c.part, c.off, %s FROM %s c WHERE c.op NOT IN ('d', 't') AND %s)"
                .formatted(Sql.identifier(SEQUENCE), BufferColumns.renamed(columns, "a", "c"), relation, condition);
    }

    private static void remove(Statement statement, String relation, long[] gone) throws SQLException {
        if (gone.length > 0) {
            String list = LongStream.of(gone).mapToObj(Long::toString).collect(Collectors.joining(","));
            statement.executeUpdate("DELETE FROM %s WHERE rowid IN (SELECT unnest([%s]))".formatted(relation, list));
        }
    }

    /** @return how each rule has fared since the last call */
    public List<Count> counts() {
        List<Count> counts = IntStream.range(0, broken.length)
                .mapToObj(i -> new Count(rules.rules().get(i), checked, broken[i]))
                .toList();
        checked = 0;
        Arrays.fill(broken, 0);
        return counts;
    }

    /** How a rule has fared. */
    public record Count(RowRule rule, long checked, long broken) {
        /** @return the same of a commit */
        public RuleResult in(String table, Cut cut) {
            return new RuleResult(table, rule, cut, checked, broken);
        }
    }
}
