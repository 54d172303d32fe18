package io.firn.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
    @TempDir
    Path folder;

    /** Notes what is read. */
    private record Noting(FileIO io, List<String> read) implements FileIO {
        @Override
        public InputFile newInputFile(String path) {
            read.add(path);
            return io.newInputFile(path);
        }

        @Override
        public OutputFile newOutputFile(String path) {
            return io.newOutputFile(path);
        }

        @Override
        public void deleteFile(String path) {
            io.deleteFile(path);
        }
    }

    /** A table of many snapshots would fill the memory with what it was asked for once. */
    @Test
    void theTableKeepsNothingOfThem() {
        try (TestShop shop = new TestShop(folder, "product")) {
            shop.put("product", 1, "one", "1.00").commit(Instant.parse("2026-11-20T10:00:00Z"));
            shop.put("product", 1, "uno", "1.10").commit(Instant.parse("2026-11-20T11:00:00Z"));
            Table table = shop.lake.table("product");
            Snapshot snapshot = table.currentSnapshot();
            Noting noting = new Noting(table.io(), new ArrayList<>());
            assertThat(Manifests.of(snapshot, noting)).isEqualTo(Manifests.of(snapshot, noting));
            assertThat(noting.read()).containsExactly(snapshot.manifestListLocation(), snapshot.manifestListLocation());
            assertThat(Manifests.of(snapshot, noting)).isEqualTo(snapshot.allManifests(table.io()));
        }
    }
}
