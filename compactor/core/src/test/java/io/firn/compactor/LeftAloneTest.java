package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.layout.ByteSizes;
import io.firn.compactor.plan.LeftAlone;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of other writers that cannot be read and written here stay where they are, and a run says so. */
class LeftAloneTest {
    @TempDir
    private Path folder;

    @Test
    void encryptedFilesAndThoseOfOtherFormatsStayAsTheyAre() {
        try (TestLake lake = new TestLake(folder)) {
            Table table = lake.table("product", PartitionSpec.unpartitioned(), 2);
            TestWriter writer = new TestWriter(lake, table);
            writer.append(0, 500, 2);
            writer.append(1, 500, 2);
            DataFile any = TestLake.files(table).get(0).file();
            DataFile encrypted = DataFiles.builder(table.spec())
                    .copy(any)
                    .withPath(any.location() + ".encrypted")
                    .withEncryptionKeyMetadata(ByteBuffer.wrap(new byte[] {1}))
                    .build();
            DataFile avro = DataFiles.builder(table.spec())
                    .copy(any)
                    .withPath(any.location() + ".avro")
                    .withFormat(FileFormat.AVRO)
                    .build();
            table.newAppend().appendFile(encrypted).appendFile(avro).commit();
            try (Compaction compaction = lake.compaction(1 << 20)) {
                CompactionResult result = compaction.run(table);
                assertThat(result.leftAlone())
                        .containsExactlyInAnyOrder(
                                new LeftAlone("the file is encrypted", 1, any.fileSizeInBytes()),
                                new LeftAlone("the file is not Parquet", 1, any.fileSizeInBytes()));
                assertThat(result.filesBefore()).isEqualTo(2);
                assertThat(compaction.plan(table).toString())
                        .contains("nothing to do")
                        .contains("left alone: 1 files, %s: the file is encrypted"
                                .formatted(ByteSizes.text(any.fileSizeInBytes())));
            }
            Set<String> live = TestLake.files(table).stream()
                    .map(task -> task.file().location())
                    .collect(Collectors.toSet());
            assertThat(live).hasSize(3).containsAll(List.of(encrypted.location(), avro.location()));
        }
    }
}
