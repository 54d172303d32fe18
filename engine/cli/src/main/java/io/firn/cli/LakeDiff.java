package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.workbench.AsOf;
import io.firn.workbench.Sql;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What changed in a table from one moment to another.
 *
 * @param from the earlier moment
 * @param to the later one, whose columns are compared
 */
record LakeDiff(AsOf from, AsOf to) {
    /** The view of the earlier moment. */
    static final String BEFORE = "firn:before";

    /** The view of the later moment. */
    static final String AFTER = "firn:after";

    /** Reads {@code FROM..TO}, each a day, a tag or nothing for the head. */
    static LakeDiff parse(String text) {
        int dots = text.indexOf("..");
        if (dots < 1) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "--diff must be two days or tags such as 2026-11-19..2026-11-20 but was " + text);
        }
        return new LakeDiff(
                LakeMoment.named(text.substring(0, dots).strip()),
                LakeMoment.named(text.substring(dots + 2).strip()));
    }

    /**
     * Returns a query over both views: rows that were added or removed, and those that changed as they were and are.
     */
    static String sql(Schema schema) {
        List<String> names = schema.columns().stream().map(NestedField::name).toList();
        List<String> key = new ArrayList<>(schema.identifierFieldNames());
        String columns = Sql.identifiers(names);
        String order = Sql.identifiers(key.isEmpty() ? names : key);
        return """
                WITH removed AS (SELECT %1$s FROM %3$s EXCEPT ALL SELECT %1$s FROM %4$s),
                  added AS (SELECT %1$s FROM %4$s EXCEPT ALL SELECT %1$s FROM %3$s),
                  sides AS (SELECT 0 AS "firn:side", * FROM removed UNION ALL SELECT 1, * FROM added),
                  pairs AS (SELECT *, count(*) OVER (PARTITION BY %2$s) AS "firn:sides" FROM sides)
                SELECT CASE WHEN "firn:sides" = 2 THEN if("firn:side" = 0, 'was', 'is')
                    ELSE if("firn:side" = 0, 'removed', 'added') END AS change, %1$s
                FROM pairs ORDER BY %2$s, "firn:side"
                """.formatted(columns, order, Sql.identifier(BEFORE), Sql.identifier(AFTER));
    }
}
