package io.firn.snapshot.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.ChangeLogColumns;
import io.firn.snapshot.TestShop;
import io.firn.workbench.AsOf;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
    private static final Instant NOON = Instant.parse("2026-11-18T11:00:00Z");

    @TempDir
    private Path folder;

    private TestShop shop;

    @BeforeEach
    void sixCuts() {
        shop = new TestShop(folder, "product");
        for (int cut = 0; cut < 6; cut++) {
            shop.put("product", cut, "Lamp", "1.00").commit(NOON.plusSeconds(cut * 86_400L));
        }
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private Table log() {
        return shop.lake.table("product_changes");
    }

    private static List<String> locations(List<FileScanTask> files) {
        return files.stream().map(task -> task.file().location()).sorted().toList();
    }

    private List<String> planned(long after, long upTo) {
        return locations(Workbench.plan(Scan.of(log(), new AsOf.Head())
                .where(Expressions.and(
                        Expressions.greaterThan(ChangeLogColumns.CUT, after),
                        Expressions.lessThanOrEqual(ChangeLogColumns.CUT, upTo)))));
    }

    @Test
    void onlyManifestsSinceTheEarlierCutAreRead() {
        LogFiles.Found found = LogFiles.between(log(), 4, 5);
        assertThat(locations(found.files())).hasSize(1).isEqualTo(planned(4, 5));
        assertThat(found.manifestsRead()).isEqualTo(2);
        assertThat(locations(LogFiles.between(log(), 0, 9).files())).hasSize(6).isEqualTo(planned(0, 9));
        assertThat(LogFiles.between(log(), 6, 9).files()).isEmpty();
    }

    @Test
    void theSameIsFoundWhereTheSnapshotsThatSaySoHaveExpired() {
        Table log = log();
        ExpireSnapshots expire = log.expireSnapshots().cleanExpiredFiles(false);
        for (Snapshot snapshot : log.snapshots()) {
            if (snapshot.snapshotId() != log.currentSnapshot().snapshotId()) {
                expire = expire.expireSnapshotId(snapshot.snapshotId());
            }
        }
        expire.commit();
        LogFiles.Found found = LogFiles.between(log(), 4, 5);
        assertThat(locations(found.files())).hasSize(1).isEqualTo(planned(4, 5));
        assertThat(found.manifestsRead()).isEqualTo(6);
    }

    @Test
    void theSameIsFoundAfterManifestsWereMerged() {
        log().rewriteManifests().clusterBy(file -> "all").commit();
        shop.put("product", 7, "Lamp", "1.00").commit(NOON.plusSeconds(7 * 86_400L));
        assertThat(Stream.of(4L, 5L, 6L)
                        .map(after ->
                                locations(LogFiles.between(log(), after, 7).files())))
                .isEqualTo(Stream.of(4L, 5L, 6L).map(after -> planned(after, 7)).toList())
                .extracting(List::size)
                .doesNotContain(0);
    }
}
