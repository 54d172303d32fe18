package io.firn.snapshot;

import io.firn.catalog.Cut;
import java.util.Collection;
import java.util.Map;

/** The latest moment of the source that all tables have reached. */
final class CommonCut {
    private CommonCut() {}

    /**
     * Decides up to which cut every table is complete. A table without a part in the latest cuts is complete up to them
     * although it never committed them.
     *
     * @param applied each table's last applied cut
     * @param known every cut after the least of these
     * @return the cut's number; 0 when there is none
     */
    static long of(Map<String, Long> applied, Collection<Cut> known) {
        long latest = applied.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return applied.entrySet().stream()
                .mapToLong(table -> complete(table.getKey(), table.getValue(), known, latest))
                .min()
                .orElse(0);
    }

    private static long complete(String table, long applied, Collection<Cut> known, long latest) {
        return known.stream()
                        .filter(cut -> cut.number() > applied && cut.tables().contains(table))
                        .mapToLong(Cut::number)
                        .min()
                        .orElse(latest + 1)
                - 1;
    }
}
