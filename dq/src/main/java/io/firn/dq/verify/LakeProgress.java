package io.firn.dq.verify;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;

/** How far the lake has followed its source: the last cut that is in every change log it belongs to. */
public final class LakeProgress {
    private final Map<String, Table> logs;

    /** @param logs the change logs, by the names of their tables */
    public LakeProgress(Map<String, Table> logs) {
        this.logs = Map.copyOf(logs);
    }

    /**
     * Returns whether every transaction that was committed before a place in PostgreSQL's log is in the change logs.
     */
    boolean hasPassed(long place) {
        List<Cut> cuts = logs.values().stream()
                .map(log -> {
                    log.refresh();
                    return CutProperties.applied(log);
                })
                .toList();
        Cut last = cuts.stream().max(Comparator.comparingLong(Cut::number)).orElse(Cut.NONE);
        return last.lsn() >= place
                && last.tables().stream()
                        .map(logs::get)
                        .allMatch(
                                log -> log == null || CutProperties.applied(log).number() >= last.number());
    }
}
