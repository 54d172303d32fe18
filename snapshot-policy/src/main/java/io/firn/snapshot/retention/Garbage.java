package io.firn.snapshot.retention;

import io.firn.catalog.MainLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that nothing needs once certain snapshots are gone, at a cost that grows with what changed between
 * the snapshots, not with the table.
 *
 * <p>On the main line a file is live from the snapshot that added it until the one that removed it, without a gap. So a
 * file of an expiring snapshot is needed by a kept one exactly if the nearest kept snapshot before or after has it; and
 * of these three only the manifests that they do not share have to be opened. Where a table has branches or was rolled
 * back that does not hold, and everything that is kept is read instead.
 */
final class Garbage {
    /** Set on a table that kept a snapshot beside its line for so long that the line around it is no longer whole. */
    static final String FORKED = "firn.history.forked";

    private final Table table;
    private final SnapshotFiles files;
    private final Set<Long> expiring;
    private final Set<String> found = new TreeSet<>();

    private Garbage(Table table, Collection<Long> expiring) {
        this.table = table;
        this.files = new SnapshotFiles(table);
        this.expiring = Set.copyOf(expiring);
    }

    /**
     * @param locations of manifest lists, manifests, data, delete and statistics files
     * @param manifestsRead how many manifests were opened to find them
     */
    record Found(Set<String> locations, int manifestsRead) {}

    static Found of(Table table, Collection<Long> expiring) {
        Garbage garbage = new Garbage(table, expiring);
        if (isLine(table)) {
            garbage.alongTheLine();
        } else {
            garbage.byReachability();
        }
        garbage.statistics();
        return new Found(garbage.found, garbage.files.manifestsRead());
    }

    /** Whether every snapshot of the table is on its main line, and always was as far as is known. */
    static boolean isLine(Table table) {
        boolean hasBranches = table.refs().entrySet().stream()
                .anyMatch(ref -> ref.getValue().isBranch() && !ref.getKey().equals(SnapshotRef.MAIN_BRANCH));
        long all = StreamSupport.stream(table.snapshots().spliterator(), false).count();
        return !hasBranches
                && MainLine.of(table).size() == all
                && !table.properties().containsKey(FORKED);
    }

    /**
     * Whether a tag or another branch keeps a snapshot beside the line although it is old. Once the snapshots around it
     * have expired, it can no longer be seen that it is not part of the line.
     */
    static boolean keepsAFork(Table table, Predicate<Snapshot> isOld) {
        Set<Long> line = MainLine.of(table).stream().map(Snapshot::snapshotId).collect(Collectors.toSet());
        return table.refs().values().stream()
                .map(ref -> table.snapshot(ref.snapshotId()))
                .anyMatch(snapshot -> !line.contains(snapshot.snapshotId()) && isOld.test(snapshot));
    }

    private void alongTheLine() {
        List<Snapshot> run = new ArrayList<>();
        @Nullable Snapshot newer = null;
        for (Snapshot snapshot : MainLine.of(table)) {
            if (expiring.contains(snapshot.snapshotId())) {
                run.add(snapshot);
            } else {
                between(snapshot, run, newer);
                run.clear();
                newer = snapshot;
            }
        }
        between(null, run, newer);
    }

    private void between(@Nullable Snapshot older, List<Snapshot> run, @Nullable Snapshot newer) {
        if (run.isEmpty()) {
            return;
        }
        Map<String, ManifestFile> kept = new HashMap<>();
        Stream.of(older, newer).forEach(snapshot -> {
            if (snapshot != null) {
                kept.putAll(files.manifests(snapshot));
            }
        });
        Map<String, ManifestFile> dropped = new HashMap<>();
        Set<String> shared = new HashSet<>(kept.keySet());
        for (Snapshot snapshot : run) {
            found.add(snapshot.manifestListLocation());
            Map<String, ManifestFile> own = files.manifests(snapshot);
            shared.retainAll(own.keySet());
            own.forEach((path, manifest) -> {
                if (!kept.containsKey(path)) {
                    dropped.put(path, manifest);
                }
            });
        }
        found.addAll(dropped.keySet());
        Set<String> candidates = files.live(dropped.values());
        kept.values().stream()
                .filter(manifest -> mayHold(manifest, shared, dropped.values()))
                .forEach(manifest -> candidates.removeAll(files.live(manifest)));
        found.addAll(candidates);
    }

    /**
     * A manifest that all have holds no data file that another of theirs holds. But deletion vectors share files, and
     * those of one commit may be in several manifests: then the sequence numbers must overlap.
     */
    private static boolean mayHold(ManifestFile manifest, Set<String> shared, Collection<ManifestFile> dropped) {
        if (!shared.contains(manifest.path())) {
            return true;
        }
        return manifest.content() == ManifestContent.DELETES
                && dropped.stream()
                        .filter(other -> other.content() == ManifestContent.DELETES)
                        .anyMatch(other -> other.minSequenceNumber() <= manifest.sequenceNumber()
                                && manifest.minSequenceNumber() <= other.sequenceNumber());
    }

    private void byReachability() {
        found.addAll(files.reachable(snapshots(true)));
        found.removeAll(files.reachable(snapshots(false)));
    }

    private Stream<Snapshot> snapshots(boolean expired) {
        return StreamSupport.stream(table.snapshots().spliterator(), false)
                .filter(snapshot -> expiring.contains(snapshot.snapshotId()) == expired);
    }

    private void statistics() {
        table.statisticsFiles().stream()
                .filter(statistics -> expiring.contains(statistics.snapshotId()))
                .forEach(statistics -> found.add(statistics.path()));
        table.partitionStatisticsFiles().stream()
                .filter(statistics -> expiring.contains(statistics.snapshotId()))
                .forEach(statistics -> found.add(statistics.path()));
    }
}
