package io.firn.snapshot.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableBytesTest {
    private static final Schema SCHEMA = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

    private Table table;

    @BeforeEach
    void makeATable() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("test", Map.of());
        catalog.createNamespace(Namespace.of("atlas"));
        table = catalog.createTable(
                TableIdentifier.of("atlas", "product"),
                SCHEMA,
                PartitionSpec.unpartitioned(),
                Map.of(TableProperties.FORMAT_VERSION, "3"));
    }

    @Test
    void aFileThatADayAndTheCurrentRowsShareIsStoredOnce() {
        DataFile shared = file("shared", 1_000);
        DataFile old = file("old", 200);
        table.newAppend().appendFile(shared).appendFile(old).commit();
        tag("day-2026-11-19");
        table.newDelete().deleteFile(old).commit();
        table.newAppend().appendFile(file("new", 30)).commit();

        TableBytes bytes = TableBytes.of(table);

        assertThat(bytes.keepers()).containsExactly(TableBytes.CURRENT, "day-2026-11-19", TableBytes.UNNAMED);
        assertThat(bytes.total()).isEqualTo(1_230 + manifests(table.snapshots()));
        assertThat(bytes.current()).isEqualTo(1_030 + manifests(List.of(table.currentSnapshot())));
        assertThat(bytes.neededOnlyBy("day-2026-11-19"::equals))
                .isEqualTo(200 + manifests(List.of(table.snapshot("day-2026-11-19"))));
        assertThat(bytes.neededOnlyBy(keeper -> true)).isEqualTo(bytes.total());
        assertThat(bytes.neededOnlyBy(keeper -> false)).isZero();
    }

    @Test
    void whatTwoDaysShareIsFreedOnlyWhenBothGo() {
        DataFile old = file("old", 5_000);
        table.newAppend().appendFile(old).commit();
        tag("day-2026-11-18");
        table.updateProperties().set("a", "b").commit();
        tag("day-2026-11-19");
        table.newDelete().deleteFile(old).commit();

        TableBytes bytes = TableBytes.of(table);

        assertThat(bytes.neededOnlyBy("day-2026-11-18"::equals)).isZero();
        assertThat(bytes.neededOnlyBy(keeper -> keeper.startsWith("day-"))).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void aDeletionVectorCountsByItsOwnPartOfItsFile() {
        DataFile data = file("data", 1_000);
        table.newAppend().appendFile(data).commit();
        DeleteFile vector = FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath("memory:/deletes.puffin")
                .withFileSizeInBytes(900)
                .withReferencedDataFile(data.location())
                .withContentOffset(4)
                .withContentSizeInBytes(40)
                .withRecordCount(1)
                .build();
        table.newRowDelta().addDeletes(vector).commit();

        assertThat(TableBytes.of(table).total()).isEqualTo(1_040 + manifests(table.snapshots()));
    }

    @Test
    void whatWasWrittenInAWeekIsCarriedOnForAMonth() {
        table.newAppend().appendFile(file("a", 1)).appendFile(file("b", 1)).commit();
        Instant now =
                Instant.ofEpochMilli(table.currentSnapshot().timestampMillis()).plus(Duration.ofHours(73));

        TableActivity activity = TableActivity.of(table, now, Duration.ofDays(7));

        assertThat(activity).isEqualTo(new TableActivity(1, 2, Duration.ofHours(73)));
        assertThat(activity.commitsAMonth()).isEqualTo(10);
        assertThat(activity.objectsAMonth()).isEqualTo(60);
        assertThat(activity.times(6).commitsAMonth()).isEqualTo(60);
        assertThat(TableActivity.of(table, now, Duration.ofHours(1)).commitsAMonth())
                .isZero();
    }

    @Test
    void commitsCountThoughTheirSnapshotsHaveExpired() {
        table.newAppend().appendFile(file("0", 1)).commit();
        tag("day-2026-11-19");
        for (int i = 1; i <= 9; i++) {
            table.newAppend()
                    .appendFile(file(i + "a", 1))
                    .appendFile(file(i + "b", 1))
                    .commit();
        }
        table.expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .cleanExpiredFiles(false)
                .commit();
        assertThat(table.snapshots()).hasSize(2);
        Instant head = Instant.ofEpochMilli(table.currentSnapshot().timestampMillis());
        Duration sinceTheTag = Duration.between(
                Instant.ofEpochMilli(table.snapshot("day-2026-11-19").timestampMillis()), head);

        assertThat(TableActivity.of(table, head, Duration.ofDays(7)))
                .as("with the first, which is as old as what is looked at")
                .isEqualTo(new TableActivity(10, 10 * 1.5, sinceTheTag));
        assertThat(TableActivity.of(table, head, Duration.ZERO))
                .as("since the one before")
                .isEqualTo(new TableActivity(9, 18, sinceTheTag));
    }

    private void tag(String name) {
        table.manageSnapshots()
                .createTag(name, table.currentSnapshot().snapshotId())
                .commit();
    }

    private long manifests(Iterable<Snapshot> snapshots) {
        Map<String, Long> lengths = new HashMap<>();
        for (Snapshot snapshot : snapshots) {
            for (ManifestFile manifest : Objects.requireNonNull(snapshot).allManifests(table.io())) {
                lengths.put(manifest.path(), manifest.length());
            }
        }
        return lengths.values().stream().mapToLong(Long::longValue).sum();
    }

    private static DataFile file(String name, long bytes) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("memory:/" + name + ".parquet")
                .withFileSizeInBytes(bytes)
                .withRecordCount(1)
                .build();
    }
}
