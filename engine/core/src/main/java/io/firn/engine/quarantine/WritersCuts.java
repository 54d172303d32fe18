package io.firn.engine.quarantine;

import io.firn.catalog.Cut;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Which cuts in the quarantine are whose. Several writers, each with tables of its own, share the quarantine of a
 * namespace, and each counts its own cuts: a commit says of which tables its records are.
 */
final class WritersCuts {
    private static final String TABLES = "firn.quarantine.tables";

    private WritersCuts() {}

    /** @return what a commit of records of these tables says about itself */
    static Map<String, String> property(Collection<String> tables) {
        return Map.of(TABLES, String.join(",", new TreeSet<>(tables)));
    }

    /** @return the last cut of the writer of these tables; {@link Cut#NONE} when none is known */
    static Cut last(Table quarantine, Collection<String> tables) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(quarantine)) {
            if (isOf(snapshot.summary(), tables) && snapshot.summary().containsKey(Cut.NUMBER)) {
                return Cut.of(snapshot.summary()).orElse(Cut.NONE);
            }
        }
        Map<String, String> properties = quarantine.properties();
        return isOf(properties, tables) ? Cut.of(properties).orElse(Cut.NONE) : Cut.NONE;
    }

    /** What says nothing is of a time when there was one writer. */
    private static boolean isOf(Map<String, String> commit, Collection<String> tables) {
        String names = commit.get(TABLES);
        return names == null || !Collections.disjoint(List.of(names.split(",", -1)), tables);
    }
}
