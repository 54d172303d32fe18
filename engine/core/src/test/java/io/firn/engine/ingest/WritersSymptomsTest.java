package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import io.firn.compactor.Compaction;
import io.firn.compactor.plan.PlanRules;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What people suffer from with other writers of change data into Iceberg, most painful first: each test is named after
 * its absence here. That a first load goes on where it was killed, and reads several parts of several tables at a time,
 * needs a database:
 * {@code SeedIT.whoeverIsKilledUnderChangesTheTablesAreOfOneMomentAndCanBeReadAgainWhileTheWriterGoesOn}.
 */
class WritersSymptomsTest {
    private static final String ITEM_TOPIC = "t.public.item";

    @TempDir
    Path folder;

    /** A change outside any transaction, of a row whose columns are {@code columns}. */
    private static void send(SymptomsLake shop, String op, String columns, long lsn) {
        String value =
                "{\"before\":null,\"after\":{%s},\"source\":{\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"%s\"}"
                        .formatted(columns, lsn, lsn - 1, lsn, op);
        shop.source.append(ITEM_TOPIC, 0, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void updatesNeverDuplicateRows() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            for (int round = 1; round <= 3; round++) {
                shop.postgres
                        .begin()
                        .put("public.item", 1, "round " + round, round)
                        .commit();
                shop.ingest();
            }
            assertThat(shop.query("item", "SELECT id, name FROM $t")).containsExactly("1 round 3");
        }
    }

    @Test
    void noFileIsCommittedTwiceThoughTheWriterDiesAfterEachCommit() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            for (int round = 1; round <= 3; round++) {
                shop.postgres.begin().put("public.item", round, "n", round).commit();
                assertThatThrownBy(() -> shop.ingest(new IngestListener() {
                            @Override
                            public void logged(String table, CommitReceipt receipt, long changes) {
                                throw new IllegalStateException("killed");
                            }
                        }))
                        .hasMessage("killed");
            }
            shop.ingest();
            assertThat(shop.rows("item")).isEqualTo(shop.postgres.tables.get("public.item"));
            assertThat(shop.query("item_changes", "SELECT id FROM $t ORDER BY id"))
                    .containsExactly("1", "2", "3");
            for (String table : List.of("item", "item_changes")) {
                assertThat(files(shop.lake.table(table))).doesNotHaveDuplicates();
            }
        }
    }

    private static List<String> files(Table table) throws Exception {
        List<String> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file().location()));
        }
        return files;
    }

    @Test
    void aZombieThatWakesUpAfterItsSuccessorCommittedChangesNothing() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            shop.postgres.begin().put("public.item", 1, "one", 1).commit();
            MemorySource same = without(shop, topic -> false);
            try (Ingest zombie = shop.writerElsewhere(same)) {
                shop.ingest();
                assertThatThrownBy(zombie::runUntilCaughtUp)
                        .isInstanceOfSatisfying(
                                FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
            }
            assertThat(shop.query("item_changes", "SELECT id, _op FROM $t")).containsExactly("1 c");
            assertThat(shop.rows("item")).isEqualTo(shop.postgres.tables.get("public.item"));
        }
    }

    /** @return the source's records but for some topics */
    private static MemorySource without(SymptomsLake shop, Predicate<String> topic) {
        MemorySource copy = new MemorySource();
        append(shop, copy, topic.negate());
        return copy;
    }

    private static void append(SymptomsLake shop, MemorySource to, Predicate<String> topic) {
        shop.source.start(SourcePosition.EMPTY);
        for (SourceRecord record : shop.source.poll(Duration.ZERO)) {
            if (topic.test(record.topic())) {
                to.append(record.topic(), record.partition(), record.key(), record.value());
            }
        }
    }

    @Test
    void aDeleteAppliesToARowThatWasInsertedInTheSameCommit() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            shop.postgres
                    .begin()
                    .put("public.item", 1, "gone", 1)
                    .delete("public.item", 1)
                    .put("public.item", 2, "first", 1)
                    .delete("public.item", 2)
                    .put("public.item", 2, "second", 2)
                    .commit();
            shop.ingest();
            assertThat(shop.query("item", "SELECT id, name FROM $t")).containsExactly("2 second");
        }
    }

    @Test
    void anUpdateThatMovesARowToAnotherPartitionLeavesNoOldRow() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder, "\"bucket(2, id)\"", "name")) {
            shop.postgres.begin().put("public.item", 1, "spring", 1).commit();
            shop.ingest();
            shop.postgres.begin().put("public.item", 1, "autumn", 1).commit();
            shop.ingest();
            assertThat(shop.query("item", "SELECT id, name FROM $t")).containsExactly("1 autumn");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void noEqualityDeleteIsEverWritten(int formatVersion) throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder, "format-version: 3", "format-version: " + formatVersion)) {
            shop.postgres
                    .begin()
                    .put("public.item", 1, "one", 1)
                    .put("public.item", 3, "three", 3)
                    .put("public.item", 5, "five", 5)
                    .commit();
            shop.ingest();
            shop.postgres
                    .begin()
                    .put("public.item", 1, "uno", 1)
                    .delete("public.item", 3)
                    .commit();
            shop.ingest();
            assertThat(shop.rows("item")).isEqualTo(shop.postgres.tables.get("public.item"));
            assertThat(shop.summed("item", "added-equality-delete-files")).isZero();
            assertThat(deletes(shop.lake.table("item"))).containsExactly(FileContent.POSITION_DELETES);
        }
    }

    private static Set<FileContent> deletes(Table table) throws Exception {
        Set<FileContent> contents = new TreeSet<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(
                    task -> task.deletes().stream().map(DeleteFile::content).forEach(contents::add));
        }
        return contents;
    }

    @Test
    void aCompactionInTheMiddleOfACutWinsAndSoDoesTheWriter() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder);
                Compaction compaction = Compaction.open(PlanRules.forTarget(1 << 20), shop.small.config.workbench())) {
            for (int id = 1; id <= 6; id++) {
                shop.postgres
                        .begin()
                        .put("public.item", id, "n", id)
                        .put("public.item", id + 10, "n", id)
                        .commit();
                shop.ingest();
            }
            shop.postgres
                    .begin()
                    .put("public.item", 1, "last", 1)
                    .delete("public.item", 2)
                    .commit();
            AtomicBoolean compacted = new AtomicBoolean();
            shop.ingest(new IngestListener() {
                @Override
                public void logged(String table, CommitReceipt receipt, long changes) {
                    compacted.set(
                            compaction.run(shop.lake.table("item")).commits().size() > 0);
                }
            });
            assertThat(compacted).isTrue();
            assertThat(shop.operations("item")).endsWith("append", "replace", "replace", "overwrite");
            assertThat(shop.rows("item")).isEqualTo(shop.postgres.tables.get("public.item"));
        }
    }

    @Test
    void oneBadRecordNeitherStopsTheOthersNorVanishes() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            shop.postgres
                    .begin()
                    .put("public.item", 1, "before", 1)
                    .junk("public.item")
                    .put("public.item", 2, "after", 2)
                    .commit();
            shop.ingest();
            assertThat(shop.rows("item")).isEqualTo(shop.postgres.tables.get("public.item"));
            assertThat(shop.query("firn_quarantine", "SELECT table_name, reason, \"offset\" FROM $t"))
                    .containsExactly("item column id: one is not a 64-bit integer 1");
        }
    }

    @Test
    void aPlaceholderForAnUnchangedValueNeverOverwritesTheValue() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            send(shop, "c", "\"id\":1,\"name\":\"long text\",\"amount\":\"Zg==\"", 10);
            shop.ingest();
            send(shop, "u", "\"id\":1,\"name\":\"__debezium_unavailable_value\",\"amount\":\"Zw==\"", 20);
            shop.ingest();
            assertThat(shop.query("item", "SELECT name, amount FROM $t")).containsExactly("long text 1.03");
        }
    }

    @Test
    void aThousandSmallTransactionsAreOneCommitAndAFilePerPartition() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            for (int id = 1; id <= 1_000; id++) {
                shop.postgres.begin().put("public.item", id, "n", id).commit();
            }
            shop.ingest();
            assertThat(shop.operations("item")).containsExactly("append");
            assertThat(files(shop.lake.table("item"))).hasSize(2);
        }
    }

    @Test
    @Timeout(60)
    void aCommitDoesNotWaitForTheTimeWhenThereIsEnoughToCommit() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder, "interval: 1h, rows: 1000000", "interval: 1h, rows: 10")) {
            for (int id = 1; id <= 12; id++) {
                shop.postgres.begin().put("public.item", id, "n", id).commit();
            }
            AtomicReference<Ingest> writer = new AtomicReference<>();
            IngestListener stopping = new IngestListener() {
                @Override
                public void finished(Cut cut, long changes) {
                    Objects.requireNonNull(writer.get()).stop();
                }
            };
            try (Ingest running = shop.writer(shop.source, stopping)) {
                writer.set(running);
                running.run();
            }
            assertThat(shop.rows("item")).hasSize(12);
        }
    }

    @Test
    void manyPartitionsInOneCommitStayWithinTheMemory() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder, "partition-by: [\"bucket(2, id)\"]", "partition-by: [name]")) {
            FakePostgres.Transaction large = shop.postgres.begin();
            for (int id = 1; id <= 3_000; id++) {
                large.put("public.item", id, "partition " + id % 100, id);
            }
            large.commit();
            shop.ingest();
            assertThat(files(shop.lake.table("item"))).hasSize(100);
            assertThat(shop.rows("item")).isEqualTo(shop.postgres.tables.get("public.item"));
        }
    }

    @Test
    void aNewColumnIsSeenThoughItsFirstValuesAreNull() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            String fields =
                    "{\"type\":\"int64\",\"field\":\"id\"},{\"type\":\"string\",\"optional\":true,\"field\":\"name\"},{\"type\":\"string\",\"optional\":true,\"field\":\"colour\"}";
            String schema =
                    "{\"type\":\"struct\",\"fields\":[{\"type\":\"struct\",\"fields\":[%1$s],\"optional\":true,\"field\":\"before\"},{\"type\":\"struct\",\"fields\":[%1$s],\"optional\":true,\"field\":\"after\"}]}"
                            .formatted(fields);
            String value =
                    "{\"schema\":%s,\"payload\":{\"before\":null,\"after\":{\"id\":1,\"name\":\"one\",\"colour\":null},\"source\":{\"lsn\":10,\"sequence\":\"[\\\"9\\\",\\\"10\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"c\"}}"
                            .formatted(schema);
            shop.source.append(ITEM_TOPIC, 0, null, value.getBytes(StandardCharsets.UTF_8));
            shop.ingest();
            assertThat(shop.query("item", "SELECT id, name, colour FROM $t")).containsExactly("1 one null");
        }
    }

    @Test
    void aNumberThatDoesNotFitIsSetAsideAndNeverBecomesZero() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            send(shop, "c", "\"id\":1,\"name\":\"fits\",\"amount\":\"Zg==\"", 10);
            send(shop, "c", "\"id\":2,\"name\":\"too wide\",\"amount\":\"AOjUpRAA\"", 20);
            shop.ingest();
            assertThat(shop.query("item", "SELECT id, amount FROM $t")).containsExactly("1 1.02");
            assertThat(shop.query("firn_quarantine", "SELECT reason FROM $t"))
                    .containsExactly("column amount: 10000000000.00 does not fit decimal(10, 2)");
        }
    }

    @Test
    void aTransactionOverTwoTablesIsSeenInBothOrInNone() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            shop.postgres
                    .begin()
                    .put("public.item", 1, "sold", 1)
                    .put("public.stock", 1, "sold", -1)
                    .commit();
            MemorySource late = without(shop, topic -> topic.equals("t.public.stock"));
            try (Ingest writer = shop.writer(late, IngestListener.NONE)) {
                writer.runUntilCaughtUp();
                assertThat(shop.rows("item")).isEmpty();
                append(shop, late, topic -> topic.equals("t.public.stock"));
                writer.runUntilCaughtUp();
            }
            Cut item = CutProperties.applied(shop.lake.table("item"));
            Cut stock = CutProperties.applied(shop.lake.table("stock"));
            assertThat(item.lsn()).isEqualTo(stock.lsn()).isEqualTo(shop.postgres.lastCommit());
            assertThat(shop.rows("item")).hasSize(1);
            assertThat(shop.rows("stock")).hasSize(1);
        }
    }

    @Test
    void updatesKeepTheirRowsIdsAndTheLogIsAFeedOfWhatChanged() throws Exception {
        try (SymptomsLake shop = SymptomsLake.in(folder)) {
            shop.postgres
                    .begin()
                    .put("public.item", 1, "one", 1)
                    .put("public.item", 3, "three", 3)
                    .commit();
            shop.ingest();
            List<String> ids = shop.query("item", "SELECT id, _row_id FROM $t ORDER BY id");
            shop.postgres.begin().put("public.item", 1, "uno", 1).commit();
            shop.ingest();
            assertThat(shop.query("item", "SELECT id, _row_id FROM $t ORDER BY id"))
                    .isEqualTo(ids);
            assertThat(shop.query(
                            "item_changes",
                            "SELECT _op, name, _before.name, _changed::VARCHAR FROM $t WHERE _op = 'u'"))
                    .containsExactly("u uno one [name]");
        }
    }
}
