package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.ChangeLogColumns;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogScanTest {
    @TempDir
    Path folder;

    private TestLake lake;
    private Table log;
    private long snapshotOfCut3;

    @BeforeEach
    void start() {
        lake = new TestLake(folder);
        for (int cut = 1; cut <= 5; cut++) {
            lake.log(lake.put(cut, "Boots", "12.50"));
            if (cut == 3) {
                snapshotOfCut3 = lake.log().currentSnapshot().snapshotId();
            }
        }
        log = lake.log();
    }

    @AfterEach
    void stop() {
        lake.close();
    }

    private Optional<List<Long>> since(long cut, @Nullable Long snapshot) {
        log.refresh();
        return LogScan.of(log)
                .since(cut, snapshot)
                .map(files -> files.stream().map(LogFile::lastCut).sorted().toList());
    }

    @Test
    void findsOnlyWhatCameAfterACut() {
        assertThat(since(3, null)).contains(List.of(4L, 5L));
        assertThat(since(3, snapshotOfCut3)).contains(List.of(4L, 5L));
        assertThat(since(0, null)).contains(List.of(1L, 2L, 3L, 4L, 5L));
        assertThat(since(5, null)).contains(List.of());
    }

    @Test
    void findsItInManifestsThatWereRewritten() {
        log.rewriteManifests().clusterBy(file -> "all").commit();
        assertThat(since(3, snapshotOfCut3)).contains(List.of(4L, 5L));
    }

    @Test
    void findsItWhenTheSnapshotsHaveExpired() {
        log.expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 1_000)
                .retainLast(1)
                .commit();
        assertThat(since(3, snapshotOfCut3)).contains(List.of(4L, 5L));
    }

    @Test
    void isNotDisturbedByTheLossOfOldCuts() {
        log.newDelete()
                .deleteFromRowFilter(Expressions.lessThanOrEqual(ChangeLogColumns.CUT, 2L))
                .commit();
        assertThat(since(3, snapshotOfCut3)).contains(List.of(4L, 5L));
        assertThat(since(2, null)).contains(List.of(3L, 4L, 5L));
    }

    @Test
    void saysWhenTheLogNoLongerReachesBack() {
        log.newDelete()
                .deleteFromRowFilter(Expressions.lessThanOrEqual(ChangeLogColumns.CUT, 4L))
                .commit();
        assertThat(since(3, snapshotOfCut3)).isEmpty();
        log.expireSnapshots()
                .expireOlderThan(System.currentTimeMillis() + 1_000)
                .retainLast(1)
                .commit();
        assertThat(since(3, snapshotOfCut3)).isEmpty();
    }
}
