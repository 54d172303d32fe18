package io.firn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitThreadsTest {
    private static final TableDefinition ITEM = new TableDefinition(
            "item",
            new SourceTable("public.item", List.of(new SourceColumn("id", "bigint", true)), List.of("id")),
            List.of("id"),
            List.of(),
            List.of(),
            3);

    /** Local files; remembers which threads read manifests. */
    public static final class WatchedIO implements FileIO {
        private static final long serialVersionUID = 1L;
        private static final Set<String> READERS = ConcurrentHashMap.newKeySet();

        @Override
        public InputFile newInputFile(String location) {
            if (location.endsWith("-m0.avro") || location.endsWith("-m1.avro")) {
                READERS.add(Thread.currentThread().getName());
            }
            return new LocalFileIO().newInputFile(location);
        }

        @Override
        public OutputFile newOutputFile(String location) {
            return new LocalFileIO().newOutputFile(location);
        }

        @Override
        public void deleteFile(String location) {
            new LocalFileIO().deleteFile(location);
        }
    }

    private static Cut cut(long number) {
        return new Cut(
                number,
                number,
                Instant.EPOCH.plusSeconds(number),
                SourcePosition.EMPTY,
                SourcePosition.EMPTY,
                List.of("item"),
                List.of());
    }

    private static DeleteFile vector(Table table, DataFile of, int number) {
        return FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath(table.location() + "/data/deletes-" + number + ".puffin")
                .withFileSizeInBytes(100)
                .withRecordCount(number)
                .withReferencedDataFile(of.location())
                .withContentOffset(4)
                .withContentSizeInBytes(40)
                .build();
    }

    @Test
    void manifestsOfALocalTableAreReadByTheThreadThatCommits(@TempDir Path folder) throws Exception {
        CatalogConfig catalog = new CatalogConfig(
                CatalogType.JDBC,
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "file:" + folder.resolve("warehouse"),
                Map.of("io-impl", WatchedIO.class.getName()));
        try (Lake lake = Lake.open(new LakeConfig(catalog, "shop"))) {
            Table table = lake.currentTable(ITEM);
            DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                    .withPath(table.location() + "/data/rows.parquet")
                    .withFormat(FileFormat.PARQUET)
                    .withFileSizeInBytes(100)
                    .withRecordCount(10)
                    .build();
            DeleteFile one = vector(table, file, 1);
            commit(table, new RowChanges(List.of(file), List.of(), List.of(), List.of()), 1);
            commit(table, new RowChanges(List.of(), List.of(), List.of(one), List.of()), 2);
            WatchedIO.READERS.clear();
            commit(table, new RowChanges(List.of(), List.of(), List.of(vector(table, file, 2)), List.of(one)), 3);
            assertThat(WatchedIO.READERS).containsExactly(Thread.currentThread().getName());
        }
    }

    private static void commit(Table table, RowChanges changes, int number) throws HeadMovedException {
        CurrentTableCommit.commit(table, table.currentSnapshot(), changes, cut(number));
        table.refresh();
    }
}
