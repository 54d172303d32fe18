package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are sorted anew have the size that is wanted, within 15%. */
class TargetSizeTest {
    private static final long TARGET = 1 << 20;
    private static final int ROWS = 400_000;

    @TempDir
    private Path folder;

    @Test
    void aSortedRewriteIsCutAtTheTarget() {
        try (TestLake lake = new TestLake(folder);
                Compaction compaction = lake.compaction(TARGET)) {
            Table table = lake.table("product", PartitionSpec.unpartitioned(), 3);
            TestWriter writer = new TestWriter(lake, table);
            for (int i = 0; i < 4; i++) {
                writer.appendSelect("""
                        (SELECT 4 * i + %1$d AS id, md5((4 * i + %1$d)::VARCHAR) AS name,
                            (i %% 1000)::DECIMAL(12,2) AS price, ['a', (i %% 7)::VARCHAR] AS tags, (i %% 50)::INTEGER AS category
                        FROM range(%2$d) t(i))
                        """.formatted(i, ROWS / 4));
            }
            compaction.run(table);
            List<DataFile> files =
                    TestLake.files(table).stream().map(FileScanTask::file).toList();
            assertThat(files.stream().mapToLong(DataFile::recordCount).sum()).isEqualTo(ROWS);
            assertThat(files).hasSizeGreaterThan(4);
            assertThat(files)
                    .allSatisfy(file ->
                            assertThat((double) file.fileSizeInBytes() / TARGET).isBetween(0.85, 1.15));
        }
    }
}
