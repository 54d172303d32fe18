package io.firn.workbench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ranges of values that hold about as many rows each. */
public final class ValueRanges {
    private static final int SAMPLE_ROWS = 100_000;

    private ValueRanges() {}

    /**
     * Divides values by their quantiles in a sample.
     *
     * @param relation what may follow FROM
     * @param term SQL over its columns
     * @param number how many ranges are wanted
     * @return conditions, ascending, of which every row whose term is not null meets exactly one; fewer than wanted
     *     when a value is more frequent than that, a single one when there is only one value
     */
    public static List<String> of(Connection connection, String relation, String term, int number) throws SQLException {
        List<String> bounds = number < 2 ? List.of() : bounds(connection, relation, term, number);
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i <= bounds.size(); i++) {
            String from = i == 0 ? "true" : "%s >= %s".formatted(term, bounds.get(i - 1));
            String to = i == bounds.size() ? "true" : "%s < %s".formatted(term, bounds.get(i));
            ranges.add("%s IS NOT NULL AND %s AND %s".formatted(term, from, to));
        }
        return ranges;
    }

    /** Values that begin a range, ascending, as SQL; not the least one, before which there would be nothing. */
    private static List<String> bounds(Connection connection, String relation, String term, int number)
            throws SQLException {
        String shares = IntStream.range(1, number)
                .mapToObj(i -> Double.toString((double) i / number))
                .collect(Collectors.joining(", "));
        String sql = """
                WITH sampled AS MATERIALIZED (SELECT %s AS v FROM %s USING SAMPLE %d ROWS)
                SELECT DISTINCT ON (v) CAST(v AS VARCHAR), typeof(v)
                FROM (SELECT unnest(quantile_disc(v, [%s])) AS v FROM sampled WHERE v IS NOT NULL)
                WHERE v > (SELECT min(v) FROM sampled) ORDER BY v
                """.formatted(term, relation, SAMPLE_ROWS, shares);
        List<String> bounds = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                bounds.add("CAST(%s AS %s)".formatted(Sql.literal(rows.getString(1)), rows.getString(2)));
            }
        }
        return bounds;
    }
}
