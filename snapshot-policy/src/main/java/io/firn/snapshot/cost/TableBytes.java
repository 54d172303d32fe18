package io.firn.snapshot.cost;

import io.firn.snapshot.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * How many bytes a table stores, and for whose sake. Whoever needs a snapshot's files is a <em>keeper</em>: the current
 * rows, each tag and branch, and the snapshots that have no name. A file may have many keepers and is stored once.
 */
public final class TableBytes {
    /** Keeps the files of the current rows. */
    public static final String CURRENT = "current rows";

    /** Keeps what only snapshots without a name need. */
    public static final String UNNAMED = "snapshots without a name";

    private final List<String> keepers;
    private final Map<BitSet, Long> bytes = new HashMap<>();

    private TableBytes(List<String> keepers) {
        this.keepers = List.copyOf(keepers);
    }

    /** Reads every manifest of the table once, and no other file. */
    public static TableBytes of(Table table) {
        Map<String, List<Snapshot>> kept = kept(table);
        TableBytes measured = new TableBytes(List.copyOf(kept.keySet()));
        Map<String, Manifest> manifests = new HashMap<>();
        for (int keeper = 0; keeper < measured.keepers.size(); keeper++) {
            for (Snapshot snapshot : kept.getOrDefault(measured.keepers.get(keeper), List.of())) {
                for (ManifestFile manifest : Manifests.of(snapshot, table.io())) {
                    manifests
                            .computeIfAbsent(manifest.path(), path -> new Manifest(manifest, new BitSet()))
                            .keepers()
                            .set(keeper);
                }
            }
        }
        measured.add(table, manifests);
        return measured;
    }

    private record Manifest(ManifestFile file, BitSet keepers) {}

    private record Stored(long bytes, BitSet keepers) {}

    private static Map<String, List<Snapshot>> kept(Table table) {
        Map<String, List<Snapshot>> kept = new TreeMap<>();
        Map<Long, Boolean> named = new HashMap<>();
        for (Map.Entry<String, SnapshotRef> ref : table.refs().entrySet()) {
            boolean current = ref.getKey().equals(SnapshotRef.MAIN_BRANCH);
            kept.put(
                    current ? CURRENT : ref.getKey(),
                    List.of(table.snapshot(ref.getValue().snapshotId())));
            named.put(ref.getValue().snapshotId(), true);
        }
        List<Snapshot> unnamed = new ArrayList<>();
        table.snapshots().forEach(snapshot -> {
            if (!named.containsKey(snapshot.snapshotId())) {
                unnamed.add(snapshot);
            }
        });
        if (!unnamed.isEmpty()) {
            kept.put(UNNAMED, unnamed);
        }
        return kept;
    }

    private void add(Table table, Map<String, Manifest> manifests) {
        Map<String, Stored> files = new HashMap<>();
        manifests.values().forEach(manifest -> {
            bytes.merge(manifest.keepers(), manifest.file().length(), Long::sum);
            read(
                    table,
                    manifest.file(),
                    file -> files.computeIfAbsent(key(file), path -> new Stored(stored(file), new BitSet()))
                            .keepers()
                            .or(manifest.keepers()));
        });
        files.values().forEach(file -> bytes.merge(file.keepers(), file.bytes(), Long::sum));
    }

    private static void read(Table table, ManifestFile manifest, Consumer<ContentFile<?>> each) {
        try (CloseableIterable<? extends ContentFile<?>> files = manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs())
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            files.forEach(each);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletion vectors of several data files share one file. */
    private static String key(ContentFile<?> file) {
        return isDeletionVector(file) ? file.location() + "#" + ((DeleteFile) file).contentOffset() : file.location();
    }

    private static long stored(ContentFile<?> file) {
        Long size = isDeletionVector(file) ? ((DeleteFile) file).contentSizeInBytes() : null;
        return size == null ? file.fileSizeInBytes() : size;
    }

    private static boolean isDeletionVector(ContentFile<?> file) {
        return file instanceof DeleteFile && file.format() == FileFormat.PUFFIN;
    }

    /** All keepers, in order of their names. */
    public List<String> keepers() {
        return keepers;
    }

    /** Bytes that are stored, each counted once. */
    public long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes that the current rows need. */
    public long current() {
        int keeper = keepers.indexOf(CURRENT);
        return bytes.entrySet().stream()
                .filter(entry -> keeper >= 0 && entry.getKey().get(keeper))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Bytes that nobody but these keepers needs: what is freed when all of them go. */
    public long neededOnlyBy(Predicate<String> some) {
        BitSet others = new BitSet();
        for (int keeper = 0; keeper < keepers.size(); keeper++) {
            others.set(keeper, !some.test(keepers.get(keeper)));
        }
        return bytes.entrySet().stream()
                .filter(entry -> !entry.getKey().intersects(others))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
