package io.firn.workbench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Schema;

/**
 * An order that keeps rows together that are near in two to four columns at once: by their place on a {@link Hilbert}
 * curve over the columns' ranks. Ranks are those of a sample, so that skewed values are spread as well as even ones.
 */
public final class ClusterOrder {
    private static final int SAMPLE_ROWS = 50_000;
    private static final int RANKS = 1 << Hilbert.BITS;

    private ClusterOrder() {}

    /**
     * Samples a relation and returns what may follow ORDER BY.
     *
     * @param relation what may follow FROM
     * @param columns two to four columns of the schema, of primitive types
     */
    public static String sql(Connection connection, String relation, Schema schema, List<String> columns) {
        return sql(
                connection,
                relation,
                columns,
                column -> DuckTypes.of(
                        Partitions.topLevel(schema, schema.findField(column).fieldId())
                                .type()));
    }

    /** @param types the type of each column, as DuckDB spells it */
    static String sql(Connection connection, String relation, List<String> columns, UnaryOperator<String> types) {
        if (columns.size() < 2 || columns.size() > Hilbert.MAX_DIMENSIONS) {
            throw new IllegalArgumentException("a curve needs two to four columns but was given " + columns);
        }
        try {
            List<String> ranks = new ArrayList<>();
            List<List<String>> bounds = bounds(connection, relation, columns);
            for (int i = 0; i < columns.size(); i++) {
                ranks.add(rank(
                        Sql.identifier(columns.get(i)),
                        types.apply(columns.get(i)),
                        bounds.get(i),
                        0,
                        bounds.get(i).size()));
            }
            return Hilbert.call(ranks);
        } catch (SQLException e) {
            throw DuckFailures.translate("sampling rows", e);
        }
    }

    /** Each column's values that begin a rank, in order, as text. */
    private static List<List<String>> bounds(Connection connection, String relation, List<String> columns)
            throws SQLException {
        List<List<String>> bounds = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE \"firn:sample\" AS SELECT %s FROM %s USING SAMPLE %d ROWS"
                    .formatted(Sql.identifiers(columns), relation, SAMPLE_ROWS));
            for (String column : columns) {
                bounds.add(bounds(statement, Sql.identifier(column)));
            }
            statement.execute("DROP TABLE \"firn:sample\"");
        }
        return bounds;
    }

    private static List<String> bounds(Statement statement, String column) throws SQLException {
        List<String> bounds = new ArrayList<>();
        String sql = """
                SELECT DISTINCT ON (v) CAST(v AS VARCHAR) FROM (
                    SELECT min(v) AS v FROM (
                        SELECT %1$s AS v, ntile(%2$d) OVER (ORDER BY %1$s) AS tile FROM "firn:sample"
                        WHERE %1$s IS NOT NULL)
                    GROUP BY tile) ORDER BY v
                """.formatted(column, RANKS - 1);
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                bounds.add(rows.getString(1));
            }
        }
        return bounds;
    }

    /** A search by halves; null has the rank before all values. */
    private static String rank(String column, String type, List<String> bounds, int from, int to) {
        if (from == to) {
            return Integer.toString(from);
        }
        int middle = (from + to) / 2;
        String bound = "CAST(%s AS %s)".formatted(Sql.literal(bounds.get(middle)), type);
        return "CASE WHEN %s >= %s THEN %s ELSE %s END"
                .formatted(
                        column,
                        bound,
                        rank(column, type, bounds, middle + 1, to),
                        rank(column, type, bounds, from, middle));
    }
}
