package io.firn.workbench;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Queries that compute the portable digest, the same in every engine. A row's canonical text is defined in
 * docs/digest.md.
 */
public enum DigestSql {
    DUCKDB {
        @Override
        String sums(String hashed, String group) {
            return DuckSums.sql(hashed, group);
        }

        @Override
        String hash(String text) {
            return "md5_number(" + text + ")";
        }
    },
    POSTGRESQL {
        /** A 64-bit number is negative here where its first bit is set, which 2^64 puts right. */
        @Override
        String sums(String hashed, String group) {
            return """
                    SELECT %1$s count(*) AS "rows",
                      coalesce(sum(lower), 0) + 18446744073709551616 * count(*) FILTER (WHERE lower < 0) AS lower,
                      coalesce(sum(upper), 0) + 18446744073709551616 * count(*) FILTER (WHERE upper < 0) AS upper
                    FROM (SELECT %1$s ('x' || substr(hash, 17, 16))::bit(64)::bigint AS lower,
                        ('x' || substr(hash, 1, 16))::bit(64)::bigint AS upper
                      FROM (%2$s OFFSET 0) AS hashed OFFSET 0) AS halves""".formatted(group, hashed);
        }
    },
    SNOWFLAKE {
        @Override
        String sums(String hashed, String group) {
            return """
                    SELECT %s COUNT(*) AS "rows", COALESCE(SUM(MD5_NUMBER_LOWER64(hash)), 0) AS lower,
                      COALESCE(SUM(MD5_NUMBER_UPPER64(hash)), 0) AS upper
                    FROM (%s)""".formatted(group, hashed);
        }

        @Override
        String hash(String text) {
            return text;
        }
    };

    private static final String GROUP = "firn_group";

    private CanonicalText text() {
        return switch (this) {
            case DUCKDB -> new DuckText();
            case POSTGRESQL -> new PostgresText();
            case SNOWFLAKE -> new SnowflakeText();
        };
    }

    /** Returns a query with one row: the number of rows and the two sums, as {@link Digest#query} reads them. */
    public String sql(List<DigestColumn> columns, String relation) {
        return sums(select(columns, relation, null, null), "");
    }

    /**
     * Returns a query with a row for each group: the group, then as {@link #sql(List, String)}.
     *
     * @param where a condition on the rows; null for all
     * @param groupBy an expression over the relation's columns
     */
    public String sql(List<DigestColumn> columns, String relation, @Nullable String where, String groupBy) {
        return sums(select(columns, relation, where, groupBy), GROUP + ",") + " GROUP BY " + GROUP;
    }

    private String select(
            List<DigestColumn> columns, String relation, @Nullable String where, @Nullable String groupBy) {
        String group = groupBy == null ? "" : groupBy + " AS " + GROUP + ", ";
        String condition = where == null ? "" : " WHERE " + where;
        return "SELECT %s%s AS hash FROM %s%s".formatted(group, hash(rowText(columns)), relation, condition);
    }

    /** Returns an expression for the canonical text of some of a row's columns. */
    public String rowText(List<DigestColumn> columns) {
        return text().row(columns.stream()
                .map(column ->
                        new CanonicalText.Value(Sql.identifier(column.name()), column.type(), column.postgresType()))
                .collect(Collectors.toList()));
    }

    /** Returns an expression for the MD5 of some of a row's columns, as 32 hexadecimal digits. */
    public String rowHash(List<DigestColumn> columns) {
        return "md5(" + rowText(columns) + ")";
    }

    String hash(String rowText) {
        return "md5(" + rowText + ")";
    }

    abstract String sums(String hashed, String group);
}
