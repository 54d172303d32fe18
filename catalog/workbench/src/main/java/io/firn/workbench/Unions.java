package io.firn.workbench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Relations that are to be sorted. DuckDB 2.0 does not spill what it sorts right out of a {@code UNION ALL}, and fails
 * when memory is short; what was collected before is sorted like any table.
 */
final class Unions {
    private static final String OPERATOR = "\"name\": \"UNION\"";

    private Unions() {}

    /**
     * @param relation what may follow FROM
     * @return the same rows, as what may follow FROM of a query that sorts
     */
    static String sortable(Connection connection, String relation) throws SQLException {
        return hasUnion(connection, relation)
                ? "(WITH collected AS MATERIALIZED (SELECT * FROM %s) SELECT * FROM collected)".formatted(relation)
                : relation;
    }

    private static boolean hasUnion(Connection connection, String relation) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery("EXPLAIN (FORMAT JSON) SELECT * FROM " + relation)) {
            plan.next();
            return plan.getString(2).contains(OPERATOR);
        }
    }
}
