package io.firn.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** The deletion vectors of one table's head; a manifest that stays from commit to commit is read once. */
final class LiveVectors {
    private final Map<String, Map<String, DeleteFile>> byManifest = new HashMap<>();

    /** Returns the vector of a data file at the head that was looked at last. */
    @Nullable
    DeleteFile of(String dataFile) {
        return byManifest.values().stream()
                .map(vectors -> vectors.get(dataFile))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Looks at the head. */
    void see(Table table) {
        Snapshot head = table.currentSnapshot();
        List<ManifestFile> manifests = head == null ? List.of() : head.deleteManifests(table.io());
        byManifest.keySet().retainAll(manifests.stream().map(ManifestFile::path).collect(Collectors.toSet()));
        manifests.forEach(manifest -> byManifest.computeIfAbsent(manifest.path(), path -> read(table, manifest)));
    }

    private static Map<String, DeleteFile> read(Table table, ManifestFile manifest) {
        List<DeleteFile> vectors = new ArrayList<>();
        try (ManifestReader<DeleteFile> reader =
                ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            reader.forEach(file -> vectors.add(file.copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return vectors.stream().collect(Collectors.toMap(DeleteFile::referencedDataFile, file -> file));
    }
}
