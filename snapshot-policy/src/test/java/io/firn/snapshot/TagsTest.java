package io.firn.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.CurrentTableCommit;
import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.Lake;
import io.firn.catalog.RowChanges;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.config.CatalogConfig;
import io.firn.catalog.config.CatalogType;
import io.firn.catalog.config.LakeConfig;
import io.firn.catalog.config.SnapshotsConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagsTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    @TempDir
    Path folder;

    private Lake lake;
    private Tags tags;

    @BeforeEach
    void open() {
        lake = Lake.open(new LakeConfig(
                new CatalogConfig(
                        CatalogType.JDBC,
                        "jdbc:sqlite:" + folder.resolve("catalog.db"),
                        "file:" + folder.resolve("warehouse"),
                        Map.of()),
                "shop"));
        tags = new Tags(
                lake,
                new SnapshotsConfig(ZoneId.of("Europe/Berlin"), SnapshotsConfig.DayClose.MARKER, Period.ofMonths(24)));
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private Table table(String name) {
        return lake.catalog()
                .createTable(
                        lake.identifier(name),
                        new Schema(Types.NestedField.required(1, "id", Types.LongType.get())),
                        PartitionSpec.unpartitioned(),
                        Map.of("format-version", "3", "commit.retry.num-retries", "0"));
    }

    private static long commit(Table table, long cut, List<String> tables, String... closes) throws HeadMovedException {
        Cut made = new Cut(cut, 0, Instant.EPOCH, SourcePosition.EMPTY, SourcePosition.EMPTY, tables, List.of(closes));
        return CurrentTableCommit.commit(table, table.currentSnapshot(), RowChanges.NONE, made)
                .snapshotId();
    }

    /** A commit without a cut, as a compaction makes it. */
    private static long compact(Table table) {
        table.newFastAppend().commit();
        return table.currentSnapshot().snapshotId();
    }

    private SnapshotRef tag(String table, String tag) {
        return Objects.requireNonNull(lake.table(table).refs().get(tag));
    }

    private long tagged(String table, String tag) {
        return tag(table, tag).snapshotId();
    }

    @Test
    void aTagStandsOnTheNewestSnapshotThatHoldsExactlyTheCut() throws Exception {
        Table product = table("product");
        commit(product, 1, List.of("product"));
        commit(product, 2, List.of("product"));
        long compacted = compact(product);
        commit(product, 5, List.of("product"));
        TagPlan plan = tags.plan("product", product, "q4", 4);
        assertThat(plan.snapshotId()).isEqualTo(compacted);
        assertThat(plan.action()).isEqualTo(TagPlan.Action.CREATE);
        tags.apply(plan);
        assertThat(tagged("product", "q4")).isEqualTo(compacted);
    }

    @Test
    void aTagIsKeptAsLongAsConfigured() throws Exception {
        Table product = table("product");
        commit(product, 1, List.of("product"));
        TagPlan plan = tags.apply(tags.plan("product", product, "q4", 1));
        Instant taken = Instant.ofEpochMilli(product.currentSnapshot().timestampMillis());
        assertThat(taken.plus(plan.maxAge()).atZone(ZoneId.of("Europe/Berlin")))
                .isEqualTo(taken.atZone(ZoneId.of("Europe/Berlin")).plusMonths(24));
        assertThat(tag("product", "q4").maxRefAgeMs()).isEqualTo(plan.maxAge().toMillis());
    }

    @Test
    void taggingAgainDoesNothing() throws Exception {
        Table product = table("product");
        long first = commit(product, 1, List.of("product"));
        tags.apply(tags.plan("product", product, "q4", 1));
        compact(lake.table("product"));
        TagPlan again = tags.plan("product", lake.table("product"), "q4", 1);
        assertThat(again.action()).isEqualTo(TagPlan.Action.NONE);
        assertThat(tags.apply(again)).isEqualTo(again);
        assertThat(tagged("product", "q4")).isEqualTo(first);
    }

    @Test
    void aTagDoesNotMove() throws Exception {
        Table product = table("product");
        commit(product, 1, List.of("product"));
        tags.apply(tags.plan("product", product, "q4", 1));
        Table later = lake.table("product");
        commit(later, 2, List.of("product"));
        assertThatThrownBy(() -> tags.plan("product", later, "q4", 2))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE_INVALID))
                .hasMessage(
                        "tag q4 of table product is at cut 1 already and does not move to cut 2: choose another name");
    }

    @Test
    void aNameIsGivenToAllTablesAtTheirLatestCommonCut() throws Exception {
        Table product = table("product");
        Table price = table("price");
        table("brand");
        table("product_changes");
        table("firn_quarantine");
        commit(product, 1, List.of("product", "price"));
        long atOne = commit(price, 1, List.of("product", "price"));
        long atTwo = commit(product, 2, List.of("product"));
        commit(product, 3, List.of("product", "price"));
        assertThat(tags.tables()).containsExactly("brand", "price", "product");
        List<TagPlan> plans = tags.planNamed(tags.tables(), "release");
        assertThat(plans).extracting(TagPlan::table).containsExactly("price", "product");
        assertThat(plans).extracting(TagPlan::cut).containsExactly(2L, 2L);
        plans.forEach(tags::apply);
        assertThat(tagged("price", "release")).isEqualTo(atOne);
        assertThat(tagged("product", "release")).isEqualTo(atTwo);
        assertThat(tags.planNamed(tags.tables(), "release"))
                .extracting(TagPlan::action)
                .containsOnly(TagPlan.Action.NONE);
    }

    @Test
    void aDayIsTaggedWhereItsCutClosedIt() throws Exception {
        Table product = table("product");
        Table price = table("price");
        List<String> both = List.of("product", "price");
        long closing = commit(product, 1, both, "day-2026-11-20");
        assertThatThrownBy(() -> tags.planDay(tags.tables(), LocalDate.of(2026, 11, 21)))
                .hasMessage("day 2026-11-21 is not over: no cut has closed it");
        commit(price, 1, both, "day-2026-11-20");
        commit(product, 2, List.of("product"));
        List<TagPlan> plans = tags.planDay(tags.tables(), DAY);
        assertThat(plans).extracting(TagPlan::action).containsOnly(TagPlan.Action.RETAIN);
        plans.forEach(tags::apply);
        assertThat(tagged("product", "day-2026-11-20")).isEqualTo(closing);
        assertThat(Tags.days(lake.table("price"))).containsExactly(DAY);
        assertThat(Tags.name(DAY)).isEqualTo("day-2026-11-20");
        assertThat(tags.planDay(tags.tables(), DAY)).extracting(TagPlan::action).containsOnly(TagPlan.Action.NONE);
    }

    @Test
    void aDayIsNotTaggedBeforeEveryTableReachedIt() throws Exception {
        Table product = table("product");
        Table price = table("price");
        List<String> both = List.of("product", "price");
        commit(price, 1, both);
        commit(product, 1, both);
        commit(product, 2, both, "day-2026-11-20");
        assertThatThrownBy(() -> tags.planDay(tags.tables(), DAY))
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TAG_NOT_FOUND))
                .hasMessage("day 2026-11-20 was closed by cut 2, which not every table has reached");
    }

    @Test
    void everyClosedDayThatMissesATagGetsIt() throws Exception {
        Table product = table("product");
        Table price = table("price");
        List<String> both = List.of("product", "price");
        long closing = commit(product, 1, both, "day-2026-11-19", "day-2026-11-20");
        commit(price, 1, both, "day-2026-11-19", "day-2026-11-20");
        product.manageSnapshots().removeTag("day-2026-11-19").commit();
        table("late");
        commit(lake.table("late"), 2, List.of("late"));
        LocalDate today = LocalDate.of(2026, 11, 22);
        assertThat(tags.planDays(tags.tables(), today))
                .extracting(plan -> plan.table() + " " + plan.tag() + " " + plan.action())
                .containsExactly(
                        "price day-2026-11-19 RETAIN",
                        "product day-2026-11-19 CREATE",
                        "price day-2026-11-20 RETAIN",
                        "product day-2026-11-20 RETAIN");
        tags.planDays(tags.tables(), today).forEach(tags::apply);
        assertThat(tagged("product", "day-2026-11-19")).isEqualTo(closing);
        assertThat(tags.planDays(tags.tables(), today)).isEmpty();
        assertThat(lake.table("late").refs()).containsOnlyKeys("main");
    }

    @Test
    void aDaysTagThatSomebodyMovedIsNoticed() throws Exception {
        Table product = table("product");
        commit(product, 1, List.of("product"), "day-2026-11-20");
        long later = commit(product, 2, List.of("product"));
        product.manageSnapshots().replaceTag("day-2026-11-20", later).commit();
        assertThatThrownBy(() -> tags.planDays(List.of("product"), LocalDate.of(2026, 11, 22)))
                .hasMessage(
                        "tag day-2026-11-20 of table product is at cut 2, but cut 1 closed the day: somebody moved it");
    }

    @Test
    void aDaysNameIsTheWritersToGive() throws Exception {
        commit(table("product"), 1, List.of("product"));
        assertThatThrownBy(() -> tags.planNamed(List.of("product"), "day-2026-11-21"))
                .hasMessage(
                        "tag name must not begin with day- but was day-2026-11-21: days are tagged when they close");
        assertThatThrownBy(() -> tags.planNamed(List.of("product"), "main"))
                .hasMessage("tag name must not be blank, main or certified but was main");
    }

    @Test
    void taggingSucceedsWhileTheWriterCommits() throws Exception {
        Table product = table("product");
        commit(product, 1, List.of("product"));
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<?> commits = writer.submit(() -> {
                Table own = lake.table("product");
                while (CutHistory.cutOf(own, own.currentSnapshot()) < 11) {
                    try {
                        commit(own, CutHistory.cutOf(own, own.currentSnapshot()) + 1, List.of("product"));
                    } catch (HeadMovedException e) {
                        own.refresh();
                    }
                }
                return null;
            });
            for (int i = 0; i < 10; i++) {
                tags.apply(tags.plan("product", lake.table("product"), "t" + i, 1));
            }
            commits.get();
        } finally {
            writer.shutdownNow();
        }
        Table now = lake.table("product");
        assertThat(now.refs()).hasSize(11);
        assertThat(now.refs().keySet()).contains("t0", "t9");
        assertThat(CutHistory.cutOf(now, now.currentSnapshot())).isEqualTo(11);
    }
}
