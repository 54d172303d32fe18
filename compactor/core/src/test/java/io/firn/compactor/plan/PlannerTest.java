package io.firn.compactor.plan;

import static io.firn.compactor.plan.PlanFiles.file;
import static io.firn.compactor.plan.PlanFiles.ids;
import static io.firn.compactor.plan.PlanFiles.names;
import static io.firn.compactor.plan.PlanFiles.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.layout.LiveFile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.SortOrder;
import org.junit.jupiter.api.Test;

class PlannerTest {
    /** A target of 1,000 rows of the test files. */
    private static final PlanRules RULES = PlanRules.forTarget(10_000);

    @Test
    void aSortedRunOfFullFilesIsLeftAlone() {
        List<LiveFile> files = IntStream.range(0, 20)
                .mapToObj(i -> ids("base" + i, i * 100L, i * 100L + 100, 1000))
                .toList();
        assertThat(plan(files, RULES)).isEmpty();
    }

    @Test
    void filesOfOneSizeThatOverlapAreAllMerged() {
        List<LiveFile> files = IntStream.range(0, 40)
                .mapToObj(i -> ids("f" + i, i, 100_000 - i, 900))
                .toList();
        List<FileGroup> groups = plan(files, RULES);
        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.reason()).isEqualTo(Reason.OVERLAP);
            assertThat(group.depth()).isEqualTo(40);
            assertThat(group.files()).hasSize(40);
        });
    }

    @Test
    void newcomersAreMergedWithoutTouchingTheLargeRunBelow() {
        List<LiveFile> files = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(i -> ids("base" + i, i * 100L, i * 100L + 99, 1000))
                .toList());
        IntStream.range(0, 15).forEach(i -> files.add(ids("new" + i, 0, 3999, 10)));
        List<FileGroup> groups = plan(files, RULES);
        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.reason()).isEqualTo(Reason.OVERLAP);
            assertThat(names(group)).hasSize(15).allMatch(name -> name.startsWith("new"));
        });
    }

    @Test
    void newcomersThatAreAQuarterOfWhatTheyMeetAreMergedWithIt() {
        List<LiveFile> files = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(i -> ids("base" + i, i * 100L, i * 100L + 99, 1000))
                .toList());
        IntStream.range(0, 15).forEach(i -> files.add(ids("new" + i, 0, 3999, 700)));
        assertThat(plan(files, RULES))
                .singleElement()
                .satisfies(group -> assertThat(group.files()).hasSize(55));
    }

    @Test
    void onlyTheOverlappingRangeIsRewritten() {
        List<LiveFile> files = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(i -> ids("base" + i, i * 100L, i * 100L + 99, 1000))
                .toList());
        files.add(ids("late", 1050, 1250, 1000));
        assertThat(plan(files, RULES))
                .singleElement()
                .satisfies(group -> assertThat(names(group)).containsExactly("base10", "base11", "base12", "late"));
    }

    @Test
    void rowsThatATagKeepsCountTwice() {
        List<LiveFile> files = List.of(
                ids("newer", 0, 100, 1000),
                file("older").id(0, 100).size(30_000, 3000).live());
        List<LiveFile> tagged = List.of(
                ids("newer", 0, 100, 1000),
                file("older").id(0, 100).size(30_000, 3000).pinned().live());
        assertThat(plan(files, RULES)).hasSize(1);
        assertThat(plan(tagged, RULES)).isEmpty();
    }

    @Test
    void smallNeighboursAreJoined() {
        List<LiveFile> files =
                List.of(ids("a", 0, 9, 100), ids("b", 10, 19, 100), ids("c", 20, 29, 100), ids("big", 30, 90, 1000));
        assertThat(plan(files, RULES)).singleElement().satisfies(group -> {
            assertThat(group.reason()).isEqualTo(Reason.SMALL_FILES);
            assertThat(names(group)).containsExactly("a", "b", "c");
        });
    }

    @Test
    void smallFilesAreNotJoinedAcrossAFileBetweenThem() {
        List<LiveFile> files = List.of(ids("a", 0, 9, 100), ids("big", 10, 19, 1000), ids("b", 20, 29, 100));
        assertThat(plan(files, RULES)).isEmpty();
    }

    @Test
    void aFileMuchLargerThanItsSmallNeighboursIsNotWrittenAgain() {
        List<LiveFile> files = List.of(ids("tail", 0, 9, 450), ids("a", 10, 19, 20), ids("b", 20, 29, 20));
        assertThat(plan(files, RULES))
                .singleElement()
                .satisfies(group -> assertThat(names(group)).containsExactly("a", "b"));
    }

    @Test
    void aFileWithManyDeletedRowsIsRewrittenAlone() {
        List<LiveFile> files = List.of(
                ids("a", 0, 9, 1000),
                file("b").id(10, 19).size(10_000, 1000).deleted(200).live(),
                file("c").id(20, 29).size(10_000, 1000).deleted(199).live());
        assertThat(plan(files, RULES)).singleElement().satisfies(group -> {
            assertThat(group.reason()).isEqualTo(Reason.DELETES);
            assertThat(group.deletedRows()).isEqualTo(200);
            assertThat(names(group)).containsExactly("b");
        });
    }

    @Test
    void withoutASortOrderSmallFilesAreJoinedWhereverTheyAre() {
        List<LiveFile> files = List.of(ids("a", 0, 9, 100), ids("big", 10, 19, 1000), ids("b", 20, 29, 100));
        assertThat(plan(files, SortOrder.unsorted(), RULES))
                .singleElement()
                .satisfies(group -> assertThat(names(group)).containsExactly("a", "b"));
    }

    @Test
    void mergesOfSmallFilesAreLimitedInSize() {
        List<LiveFile> files = IntStream.range(0, 1000)
                .mapToObj(i -> ids("f" + i, i * 10L, i * 10L + 9, 400))
                .toList();
        assertThat(plan(files, RULES))
                .hasSize(25)
                .allSatisfy(group -> assertThat(group.bytes()).isLessThanOrEqualTo(RULES.maxMergeBytes()));
    }

    @Test
    void sixtyThousandOverlappingFilesArePlannedAtOnce() {
        List<LiveFile> files = IntStream.range(0, 60_000)
                .mapToObj(i -> ids("f" + i, i % 977, 100_000 - i % 1013, 10))
                .toList();
        assertThat(plan(files, RULES))
                .singleElement()
                .satisfies(group -> assertThat(group.files()).hasSize(60_000));
    }
}
