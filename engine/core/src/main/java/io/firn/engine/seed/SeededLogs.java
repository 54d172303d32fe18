package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import java.util.Comparator;
import java.util.List;

/** How far the change logs of a lake are. */
record SeededLogs(List<TableSeed> tables) {
    /** Returns whether every transaction up to a place in the source's log is in the tables it changed. */
    boolean havePassed(long lsn) {
        tables.forEach(table -> {
            table.changes().refresh();
            table.table().refresh();
        });
        Cut last = tables.stream()
                .map(table -> CutProperties.applied(table.changes()))
                .max(Comparator.comparingLong(Cut::number))
                .orElse(Cut.NONE);
        return last.lsn() >= lsn
                && tables.stream()
                        .filter(table -> last.tables().contains(table.name()))
                        .allMatch(table -> CutProperties.applied(table.table()).number() >= last.number());
    }
}
