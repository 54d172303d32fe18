package io.firn.snapshot.audit;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.workbench.Sql;
import java.util.ArrayList;
import java.util.List;

/**
 * Picks the rows of one key in a change log. A truncate has no key and is part of every row's life.
 *
 * @param key the columns of the table's key
 */
record KeyCondition(String table, List<String> key) {
    KeyCondition {
        key = List.copyOf(key);
    }

    /**
     * Returns the condition as SQL.
     *
     * @param values {@code column=value}, or the value alone for a key of one column; empty for all rows
     */
    String sql(List<String> values) {
        if (values.isEmpty()) {
            return "true";
        }
        List<String> equal = new ArrayList<>();
        List<String> given = new ArrayList<>();
        for (String value : values) {
            int equals = value.indexOf('=');
            boolean named = equals > 0 && key.contains(value.substring(0, equals));
            if (!named && key.size() != 1) {
                throw wrong("was " + value);
            }
            String column = named ? value.substring(0, equals) : key.get(0);
            given.add(column);
            equal.add("%s = %s"
                    .formatted(Sql.identifier(column), Sql.literal(named ? value.substring(equals + 1) : value)));
        }
        if (!given.containsAll(key) || given.size() != key.size()) {
            throw wrong("named " + String.join(", ", given));
        }
        return "_op = 't' OR " + String.join(" AND ", equal);
    }

    private FirnException wrong(String was) {
        return new FirnException(
                ErrorCode.USAGE_INVALID,
                "--key must give each column of the key of %s once, as in --key %s=VALUE, but %s"
                        .formatted(table, String.join("=VALUE --key ", key), was));
    }
}
