package io.firn.compactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.LocalFileIO;
import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.Reason;
import io.firn.compactor.rewrite.Hooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.Files;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.Variants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables with types that DuckDB does not write as Iceberg wants them are compacted like any other. Iceberg's own
 * generic reader and its comparators judge.
 */
class RowByRowTest {
    private static final long TARGET = 1 << 20;

    private static final List<NestedField> OF_VERSION_2 = List.of(
            NestedField.optional(101, "opens", Types.TimeType.get()),
            NestedField.optional(102, "code", Types.FixedType.ofLength(5)),
            NestedField.optional(
                    103,
                    "place",
                    Types.StructType.of(
                            NestedField.optional(104, "closes", Types.TimeType.get()),
                            NestedField.optional(
                                    105, "codes", Types.ListType.ofOptional(106, Types.FixedType.ofLength(3))))),
            NestedField.optional(
                    107,
                    "times",
                    Types.MapType.ofOptional(108, 109, Types.FixedType.ofLength(2), Types.TimeType.get())));
    private static final List<NestedField> OF_VERSION_3 = List.of(
            NestedField.optional(111, "exactly", Types.TimestampNanoType.withoutZone()),
            NestedField.optional(112, "instant", Types.TimestampNanoType.withZone()),
            NestedField.optional(113, "anything", Types.VariantType.get()),
            NestedField.optional(114, "shape", Types.GeometryType.crs84()),
            NestedField.optional(115, "spot", Types.GeographyType.crs84()),
            NestedField.optional(116, "nothing", Types.UnknownType.get()),
            NestedField.optional(117, "instants", Types.ListType.ofOptional(118, Types.TimestampNanoType.withZone())),
            NestedField.optional(
                    119,
                    "mixed",
                    Types.StructType.of(
                            NestedField.optional(120, "exactly", Types.TimestampNanoType.withoutZone()),
                            NestedField.optional(121, "anything", Types.VariantType.get()))),
            NestedField.optional(
                    122,
                    "byName",
                    Types.MapType.ofOptional(123, 124, Types.StringType.get(), Types.TimestampNanoType.withoutZone())));

    @TempDir
    private Path folder;

    private TestLake lake;
    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRows rows = new RandomRows(random);

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static Schema schema(int formatVersion) {
        List<NestedField> columns = new ArrayList<>(AllTypesTest.SCHEMA.columns());
        columns.addAll(OF_VERSION_2);
        if (formatVersion >= 3) {
            columns.addAll(OF_VERSION_3);
        }
        return new Schema(columns, Set.of(1));
    }

    private Table table(int formatVersion, UnaryOperator<SortOrder.Builder> order) {
        Schema schema = schema(formatVersion);
        return lake.lake
                .catalog()
                .buildTable(lake.lake.identifier("types"), schema)
                .withSortOrder(order.apply(SortOrder.builderFor(schema)).build())
                .withProperty("format-version", Integer.toString(formatVersion))
                .create();
    }

    /** Four files of 120 rows that overlap in every order. */
    private void fill(Table table) {
        for (int first = 0; first < 4; first++) {
            int from = first;
            rows.append(table, LongStream.range(0, 120).map(i -> from + 4 * i));
        }
    }

    private CompactionResult compact(Table table, long target, Hooks hooks) {
        try (Compaction compaction = lake.compaction(target)) {
            CompactionResult result = compaction.run(table, hooks);
            assertThat(result.failed()).as("seed %d", seed).isEmpty();
            assertThat(result.leftAlone()).isEmpty();
            return result;
        }
    }

    private static Stream<Arguments> orders() {
        List<UnaryOperator<SortOrder.Builder>> ofVersion2 = List.of(
                order -> order.asc("id"),
                order -> order.desc("opens", NullOrder.NULLS_FIRST).asc("text", NullOrder.NULLS_LAST),
                order -> order.asc("code", NullOrder.NULLS_LAST).desc("token"),
                order -> order.asc("place.closes").asc("measure").desc("exact"),
                order -> order.asc(Expressions.bucket("code", 4)).desc("large").asc("ratio"),
                order -> order.asc(Expressions.truncate("text", 2))
                        .desc("bytes")
                        .asc("flag")
                        .desc("day"));
        List<UnaryOperator<SortOrder.Builder>> ofVersion3 = List.of(
                order -> order.asc("exactly"),
                order -> order.desc("instant", NullOrder.NULLS_LAST),
                order -> order.asc(Expressions.year("instant")).asc("mixed.exactly"));
        return Stream.concat(
                Stream.of(2, 3).flatMap(version -> ofVersion2.stream().map(order -> Arguments.of(version, order))),
                ofVersion3.stream().map(order -> Arguments.of(3, order)));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void everyTypeIsKeptInEveryOrder(int formatVersion, UnaryOperator<SortOrder.Builder> order) {
        Table table = table(formatVersion, order);
        fill(table);
        new TestWriter(lake, table).deleteSome(random, 10);
        List<String> before = RandomRows.texts(table);
        CompactionResult result = compact(table, TARGET, Hooks.NONE);
        assertThat(result.filesBefore()).isEqualTo(4);
        assertThat(result.filesAfter()).isEqualTo(1);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        assertThat(TestLake.files(table)).singleElement().satisfies(task -> {
            assertThat(task.deletes()).isEmpty();
            assertThat(task.file().recordCount()).isEqualTo(before.size());
            assertThat(task.file().sortOrderId()).isEqualTo(table.sortOrder().orderId());
        });
        assertInOrder(table);
        assertThat(compact(table, TARGET, Hooks.NONE).groups()).isEmpty();
    }

    private void assertInOrder(Table table) {
        InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
        Comparator<StructLike> comparator = SortOrderComparators.forSchema(table.schema(), table.sortOrder());
        List<Record> records = RandomRows.read(table);
        for (int i = 1; i < records.size(); i++) {
            StructLike one = wrapper.copyFor(records.get(i - 1));
            assertThat(comparator.compare(one, wrapper.copyFor(records.get(i))))
                    .as("seed %d, %s, row %d", seed, table.sortOrder(), i)
                    .isLessThanOrEqualTo(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aTableWithoutAnOrderKeepsThatOfItsRows(int formatVersion) {
        Table table = table(formatVersion, order -> order);
        fill(table);
        new TestWriter(lake, table).deleteSome(random, 3);
        List<String> before = RandomRows.texts(table);
        CompactionResult result = compact(table, TARGET, Hooks.NONE);
        assertThat(result.filesAfter()).isEqualTo(1);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        List<Long> ids =
                RandomRows.read(table).stream().map(row -> (Long) row.get(0)).toList();
        long steps = IntStream.range(1, ids.size())
                .filter(i -> ids.get(i) % 4 != ids.get(i - 1) % 4)
                .count();
        assertThat(steps).isEqualTo(3);
    }

    private record DeletingMeanwhile(TestWriter writer, Random random, long[] deleted) implements Hooks {
        @Override
        public void rewritten(FileGroup group) {
            deleted[0] += writer.deleteSome(random, 8);
        }

        @Override
        public void committing(int attempt) {
            if (attempt == 1) {
                deleted[0] += writer.deleteSome(random, 8);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void deletesThatLandMeanwhileAreCarriedOver(int formatVersion) {
        assertCarriedOver(table(formatVersion, order -> order.asc("opens")));
    }

    @Test
    void deletesThatLandMeanwhileAreCarriedOverWithoutAKey() {
        Table table = table(2, order -> order.asc("code"));
        table.updateSchema().setIdentifierFields(List.of()).commit();
        assertCarriedOver(table);
    }

    private void assertCarriedOver(Table table) {
        fill(table);
        TestWriter writer = new TestWriter(lake, table);
        writer.deleteSome(random, 10);
        long[] deleted = {0};
        CompactionResult result = compact(table, TARGET, new DeletingMeanwhile(writer, random, deleted));
        assertThat(result.carriedDeletes()).as("seed %d", seed).isEqualTo(deleted[0]);
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.operation().equals("replace")) {
                assertThat(RandomRows.texts(table, snapshot.snapshotId()))
                        .as("seed %d", seed)
                        .isEqualTo(RandomRows.texts(table, Objects.requireNonNull(snapshot.parentId())));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void neighboursAreJoinedWithoutBeingDecoded(int formatVersion) {
        Table table = table(formatVersion, order -> order);
        fill(table);
        List<String> before = RandomRows.texts(table);
        compact(table, TARGET, Hooks.NONE);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        assertThat(TestLake.files(table))
                .singleElement()
                .satisfies(task -> assertThat(task.file().splitOffsets()).hasSize(4));
    }

    @Test
    void rowsMoveIntoThePartitionsThatTheTableHasNow() {
        Table table = table(3, order -> order.asc("opens"));
        fill(table);
        new TestWriter(lake, table).deleteSome(random, 10);
        table.refresh();
        table.updateSpec()
                .addField(Expressions.bucket("code", 3))
                .addField(Expressions.truncate("text", 1))
                .commit();
        List<String> before = RandomRows.texts(table);
        CompactionResult result = compact(table, TARGET, Hooks.NONE);
        assertThat(result.committed())
                .extracting(group -> group.group().reason())
                .containsOnly(Reason.OLD_PARTITIONS);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        assertThat(TestLake.files(table))
                .hasSizeGreaterThan(4)
                .allSatisfy(task ->
                        assertThat(task.file().specId()).isEqualTo(table.spec().specId()));
        List<StructLike> partitions = new ArrayList<>();
        TestLake.files(table).forEach(task -> partitions.add(task.file().partition()));
        assertThat(partitions).doesNotHaveDuplicates();
    }

    @Test
    void rowsStayInTheirPartition() {
        Table table = table(3, order -> order.asc("instant"));
        fill(table);
        table.updateSpec().addField(Expressions.bucket("id", 2)).commit();
        compact(table, TARGET, Hooks.NONE);
        assertThat(TestLake.files(table)).hasSize(2);
        new TestWriter(lake, table).deleteSome(random, 2);
        List<String> before = RandomRows.texts(table);
        CompactionResult result = compact(table, TARGET, Hooks.NONE);
        assertThat(result.committed())
                .extracting(group -> group.group().reason())
                .containsExactly(Reason.DELETES, Reason.DELETES);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        assertThat(TestLake.files(table)).hasSize(2);
    }

    @Test
    void rowsThatBelongTogetherInSeveralColumnsAreKeptTogether() {
        Table table = table(3, order -> order);
        table.updateProperties().set("firn.cluster-by", "opens,code").commit();
        fill(table);
        List<String> before = RandomRows.texts(table);
        CompactionResult result = compact(table, TARGET, Hooks.NONE);
        assertThat(result.filesAfter()).isEqualTo(1);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        assertThat(TestLake.files(table))
                .singleElement()
                .satisfies(task -> assertThat(task.file().sortOrderId()).isEqualTo(0));
    }

    @Test
    void aRunOfFilesMeetsTheTarget() {
        Table table = table(3, order -> order.asc("id"));
        for (int file = 0; file < 4; file++) {
            int from = file;
            rows.append(table, LongStream.range(0, 2000).map(i -> from + 4 * i));
        }
        List<String> before = RandomRows.texts(table);
        long bytes = TestLake.files(table).stream()
                .mapToLong(task -> task.file().fileSizeInBytes())
                .sum();
        long target = bytes / 4;
        compact(table, target, Hooks.NONE);
        assertThat(RandomRows.texts(table)).as("seed %d", seed).isEqualTo(before);
        assertThat(TestLake.files(table))
                .hasSizeBetween(3, 5)
                .allSatisfy(task -> assertThat((double) task.file().fileSizeInBytes() / target)
                        .isBetween(0.7, 1.42));
        assertInOrder(table);
        assertThat(lake.orphans(table)).isEmpty();
    }

    /** Changes one value of a column in the first row that has one, as a fault of the writer might. */
    private record Changing(Table table, String column, UnaryOperator<Object> change) implements Hooks {
        /** Without these, Iceberg's reader does not look for the lineage that is in the file. */
        private static final Map<Integer, Long> NOT_STORED = Map.of(
                MetadataColumns.ROW_ID.fieldId(), 0L, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), 0L);

        @Override
        public void written(String location) {
            Path file = LocalFileIO.path(location);
            Path other = Path.of(file + ".other");
            Schema schema = new Schema(Stream.concat(
                            table.schema().columns().stream(),
                            Stream.of(MetadataColumns.ROW_ID, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER))
                    .toList());
            rewrite(file, other, schema);
            try {
                java.nio.file.Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void rewrite(Path file, Path other, Schema schema) {
            try (CloseableIterable<Record> read = Parquet.read(Files.localInput(file.toFile()))
                            .project(schema)
                            .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type, NOT_STORED))
                            .build();
                    FileAppender<Record> write = Parquet.write(Files.localOutput(other.toFile()))
                            .schema(schema)
                            .createWriterFunc((columns, type) -> GenericParquetWriter.create(columns, type))
                            .build()) {
                boolean changed = false;
                for (Record row : read) {
                    Object value = row.getField(column);
                    if (value != null && !changed) {
                        row.setField(column, change.apply(value));
                        changed = true;
                    }
                    write.add(row);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Stream<Arguments> changes() {
        UnaryOperator<Object> instant = value -> Instant.ofEpochSecond(4711, 1).atOffset(ZoneOffset.UTC);
        UnaryOperator<Object> anything = value -> Variant.of(Variants.emptyMetadata(), Variants.of(4711));
        UnaryOperator<Object> opens = value -> LocalTime.of(0, 0, 0, 1000);
        return Stream.of(
                Arguments.of("instant", instant, "digest of all values: "),
                Arguments.of("anything", anything, "digest of all values: "),
                Arguments.of("opens", opens, "content digest: "));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangedValueIsNoticed(String column, UnaryOperator<Object> change, String failure) {
        Table table = table(3, order -> order.asc("id"));
        fill(table);
        Snapshot before = table.currentSnapshot();
        try (Compaction compaction = lake.compaction(TARGET)) {
            CompactionResult result = compaction.run(table, new Changing(table, column, change));
            assertThat(result.commits()).isEmpty();
            assertThat(result.failed()).singleElement().satisfies(group -> {
                assertThat(group.status()).isEqualTo(GroupOutcome.Status.PROOF_FAILED);
                assertThat(group.detail()).startsWith(failure);
            });
        }
        table.refresh();
        assertThat(table.currentSnapshot()).isEqualTo(before);
    }

    @Test
    void aFileThatCannotBeReadIsReportedAndNothingIsLeftBehind() throws IOException {
        Table table = table(3, order -> order.asc("id"));
        fill(table);
        Path broken = LocalFileIO.path(TestLake.files(table).get(0).file().location());
        byte[] bytes = java.nio.file.Files.readAllBytes(broken);
        Arrays.fill(bytes, 4, bytes.length / 2, (byte) 7);
        java.nio.file.Files.write(broken, bytes);
        try (Compaction compaction = lake.compaction(TARGET)) {
            CompactionResult result = compaction.run(table);
            assertThat(result.commits()).isEmpty();
            assertThat(result.failed())
                    .singleElement()
                    .extracting(GroupOutcome::status)
                    .isEqualTo(GroupOutcome.Status.FAILED);
        }
        assertThat(lake.orphans(table)).isEmpty();
    }
}
