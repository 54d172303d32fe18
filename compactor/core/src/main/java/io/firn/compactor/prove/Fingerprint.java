package io.firn.compactor.prove;

import io.firn.compactor.layout.Lineage;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What two relations have in common when they hold the same rows in any order.
 *
 * @param rows how many
 * @param nulls of each column
 * @param content the sum of a hash of each row
 * @param lineage the sum of a hash of each row with its row id and the sequence number of its last update; 0 in tables
 *     without row lineage
 */
public record Fingerprint(long rows, Map<String, Long> nulls, BigInteger content, BigInteger lineage) {
    private static final String HASH = Sql.identifier("firn:content");

    /**
     * Reads a relation once.
     *
     * @param columns those of the table that are looked at
     * @param withLineage whether the relation has the two lineage columns as well
     */
    public static Fingerprint of(Connection connection, String relation, List<String> columns, Lineage withLineage)
            throws SQLException {
        String names = columns.isEmpty() ? "0" : Sql.identifiers(columns);
        String nulls = columns.stream()
                .map(column -> ", count(*) - count(" + Sql.identifier(column) + ")")
                .collect(Collectors.joining());
        String lineage = withLineage == Lineage.ABSENT
                ? "0"
                : "hash(%s, %s, %s)".formatted(HASH, Scan.ROW_ID, Scan.SEQUENCE_NUMBER);
        String select =
                "SELECT count(*), coalesce(sum(%s), 0), coalesce(sum(%s), 0)%s FROM (SELECT *, hash(%s) AS %s FROM %s)"
                        .formatted(HASH, lineage, nulls, names, HASH, Sql.identifier(relation));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(select)) {
            row.next();
            Map<String, Long> nullCounts = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                nullCounts.put(columns.get(i), row.getLong(4 + i));
            }
            return new Fingerprint(
                    row.getLong(1), nullCounts, new BigInteger(row.getString(2)), new BigInteger(row.getString(3)));
        }
    }
}
