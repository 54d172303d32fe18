package io.firn.engine.debezium;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Refuses tables whose changes would come without the key. Publishing one that has no replica identity would even make
 * its updates fail.
 */
final class Identities {
    private static final String KIND = "SELECT relreplident FROM pg_class WHERE oid = to_regclass(?)";

    private Identities() {}

    /** @throws FirnException with every table that cannot be read, and why */
    static void require(Map<String, List<String>> keys, Function<String, SourceTable> tables, Database database) {
        List<String> problems = new ArrayList<>();
        keys.forEach((name, key) -> {
            SourceTable table = tables.apply(name);
            String kind = database.text(KIND, CopySql.relation(name));
            String wanted = String.join(", ", key);
            if (kind.equals("f")) {
                return;
            }
            if (kind.equals("n") || kind.equals("d") && table.key().isEmpty()) {
                problems.add(
                        "source.postgres: %s has no primary key and no replica identity, so its changes cannot be told apart; add a primary key, or ALTER TABLE %s REPLICA IDENTITY FULL and name all columns that identify a row in its key"
                                .formatted(name, CopySql.relation(name)));
            } else if (kind.equals("d") && !table.key().containsAll(key)) {
                problems.add(
                        "source.postgres: the key (%s) of %s is not its primary key (%s), so deletes come without it; use that key, or ALTER TABLE %s REPLICA IDENTITY FULL"
                                .formatted(wanted, name, String.join(", ", table.key()), CopySql.relation(name)));
            }
        });
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.SOURCE_MISCONFIGURED, problems);
        }
    }
}
