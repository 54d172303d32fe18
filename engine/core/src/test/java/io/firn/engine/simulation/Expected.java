package io.firn.engine.simulation;

import io.firn.engine.ingest.FakePostgres;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a table must hold: the source's rows, but for those that somebody deleted in the lake itself. */
final class Expected {
    private final FakePostgres postgres;
    private final Map<String, Map<Long, Long>> deleted = new HashMap<>();

    Expected(FakePostgres postgres) {
        this.postgres = postgres;
    }

    /** Somebody deletes rows while the table is at {@code lsn}. They stay away until the source writes them again. */
    void deleted(String source, Set<Long> keys, long lsn) {
        Map<Long, Long> here = deleted.computeIfAbsent(source, table -> new HashMap<>());
        keys.forEach(key -> here.put(key, lsn));
    }

    TreeMap<Long, FakePostgres.Row> rows(String source, long lsn) {
        TreeMap<Long, FakePostgres.Row> rows = new TreeMap<>(postgres.rowsAt(source, lsn));
        deleted.getOrDefault(source, Map.of()).forEach((key, since) -> {
            if (!postgres.isTouched(source, key, since, lsn)) {
                rows.remove(key);
            }
        });
        return rows;
    }
}
