package io.firn.compactor.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.TestLake;
import io.firn.compactor.TestWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
    @TempDir
    Path folder;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    /** In format 3 Iceberg itself takes a deletion vector out with its file. */
    @Test
    void deletesOfFilesThatAreGoneLeaveTheTable() {
        Table table = lake.table("product", PartitionSpec.unpartitioned(), 2);
        TestWriter writer = new TestWriter(lake, table);
        writer.append(0, 500, 1);
        writer.append(1000, 500, 1);
        writer.deleteSome(new Random(1), 50);
        FileScanTask gone = TestLake.files(table).get(0);
        writer.table().newDelete().deleteFile(gone.file()).commit();
        List<String> before = TestLake.rows(table);
        assertThat(deleteFiles(table)).isEqualTo(2);
        assertThat(new Housekeeping(table).run()).isEqualTo(new Housekeeping.Done(1, 0));
        assertThat(deleteFiles(table)).isEqualTo(1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(new Housekeeping(table).run()).isEqualTo(Housekeeping.Done.NOTHING);
    }

    private static int deleteFiles(Table table) {
        table.refresh();
        return Integer.parseInt(table.currentSnapshot().summary().get("total-delete-files"));
    }

    @Test
    void manySmallManifestsAreWrittenTogetherByPartition() {
        PartitionSpec spec =
                PartitionSpec.builderFor(TestLake.PRODUCT).identity("category").build();
        Table table = lake.table("product", spec, 3);
        TestWriter writer = new TestWriter(lake, table);
        for (int i = 0; i < 20; i++) {
            writer.append(i * 100, 30, 1);
        }
        List<String> before = TestLake.rows(table);
        assertThat(new Housekeeping(table).run()).isEqualTo(new Housekeeping.Done(0, 20));
        table.refresh();
        assertThat(table.currentSnapshot().dataManifests(table.io())).hasSize(1);
        assertThat(TestLake.rows(table)).isEqualTo(before);
        assertThat(new Housekeeping(table).run()).isEqualTo(Housekeeping.Done.NOTHING);
    }
}
