package io.firn.snapshot.retention;

import io.firn.snapshot.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Reads manifest lists and manifests of one table, manifests once. Manifest lists are not kept: each of thousands of
 * snapshots may name thousands of manifests.
 */
final class SnapshotFiles {
    private static final List<String> LOCATION_ONLY = List.of("file_path");

    private final Table table;
    private final Map<String, Set<String>> contents = new HashMap<>();

    SnapshotFiles(Table table) {
        this.table = table;
    }

    /** Returns a snapshot's manifests by location. */
    Map<String, ManifestFile> manifests(Snapshot snapshot) {
        return Manifests.of(snapshot, table.io()).stream()
                .collect(Collectors.toMap(ManifestFile::path, manifest -> manifest, (a, b) -> a));
    }

    /** Returns the locations of the live files of a manifest; several deletion vectors may share one. */
    Set<String> live(ManifestFile manifest) {
        return contents.computeIfAbsent(manifest.path(), path -> read(manifest));
    }

    Set<String> live(Collection<ManifestFile> manifests) {
        Set<String> files = new HashSet<>();
        manifests.forEach(manifest -> files.addAll(live(manifest)));
        return files;
    }

    private Set<String> read(ManifestFile manifest) {
        Set<String> files = new HashSet<>();
        try (CloseableIterable<? extends ContentFile<?>> reader = open(manifest)) {
            reader.forEach(file -> files.add(file.location()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private CloseableIterable<? extends ContentFile<?>> open(ManifestFile manifest) {
        return manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs()).select(LOCATION_ONLY)
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())
                        .select(LOCATION_ONLY);
    }

    /** Returns everything that the snapshots need: manifest lists, manifests and files. */
    Set<String> reachable(Stream<Snapshot> snapshots) {
        Set<String> all = new HashSet<>();
        Map<String, ManifestFile> manifests = new HashMap<>();
        snapshots.forEach(snapshot -> {
            all.add(snapshot.manifestListLocation());
            manifests.putAll(manifests(snapshot));
        });
        all.addAll(manifests.keySet());
        manifests.values().forEach(manifest -> all.addAll(live(manifest)));
        return all;
    }

    /** How many manifests were opened; what a decision cost. */
    int manifestsRead() {
        return contents.size();
    }
}
