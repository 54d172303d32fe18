package io.firn.compactor.layout;

import static io.firn.compactor.plan.PlanFiles.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compactor.plan.PlanFiles;
import java.util.List;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;

class KeySpansTest {
    private static final SortOrder BY_NAME_THEN_ID =
            SortOrder.builderFor(PlanFiles.SCHEMA).asc("name").asc("id").build();

    private static List<KeySpan> spans(SortOrder order, LiveFile... files) {
        return KeySpans.place(List.of(files), PlanFiles.key(order)).stream()
                .map(PlacedFile::span)
                .toList();
    }

    private static boolean overlap(SortOrder order, LiveFile left, LiveFile right) {
        List<KeySpan> spans = spans(order, left, right);
        return spans.get(0).overlaps(spans.get(1)) && spans.get(1).overlaps(spans.get(0));
    }

    private static LiveFile ids(String name, long from, long to) {
        return file(name).id(from, to).live();
    }

    private static LiveFile named(String name, String from, String to) {
        return file(name).id(0, 1000).name(from, to, 0).live();
    }

    @Test
    void filesOverlapWhenTheirRangesDo() {
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 1, 10), ids("b", 9, 20))).isTrue();
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 1, 100), ids("b", 50, 60))).isTrue();
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 1, 10), ids("b", 11, 20))).isFalse();
    }

    @Test
    void filesThatOnlyShareTheKeyBetweenThemAreInOrder() {
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 1, 10), ids("b", 10, 20))).isFalse();
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 1, 10), ids("b", 10, 10))).isFalse();
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 10, 10), ids("b", 10, 10))).isFalse();
    }

    @Test
    void oneKeyInsideARangeOverlapsIt() {
        assertThat(overlap(PlanFiles.BY_ID, ids("a", 1, 10), ids("b", 5, 5))).isTrue();
    }

    @Test
    void theSecondColumnDecidesWithinOneValueOfTheFirst() {
        LiveFile low = file("a").id(1, 50).name("x", "x", 0).live();
        LiveFile high = file("b").id(50, 90).name("x", "x", 0).live();
        LiveFile both = file("c").id(40, 60).name("x", "x", 0).live();
        assertThat(overlap(BY_NAME_THEN_ID, low, high)).isFalse();
        assertThat(overlap(BY_NAME_THEN_ID, low, both)).isTrue();
        assertThat(overlap(BY_NAME_THEN_ID, high, both)).isTrue();
    }

    @Test
    void aRunThatCrossesValuesOfTheFirstColumnDoesNotOverlapItself() {
        LiveFile first = file("a").id(1, 90).name("a", "x", 0).live();
        LiveFile inside = file("b").id(3, 70).name("x", "x", 0).live();
        LiveFile last = file("c").id(1, 90).name("x", "z", 0).live();
        assertThat(overlap(BY_NAME_THEN_ID, first, inside)).isFalse();
        assertThat(overlap(BY_NAME_THEN_ID, inside, last)).isFalse();
        assertThat(overlap(BY_NAME_THEN_ID, first, last)).isFalse();
    }

    @Test
    void nullsStandWhereTheOrderPutsThem() {
        LiveFile nulls = file("a").name("k", "m", 3).live();
        LiveFile before = file("b").name("a", "c", 0).live();
        LiveFile after = file("c").name("x", "z", 0).live();
        SortOrder nullsLast = SortOrder.builderFor(PlanFiles.SCHEMA)
                .asc("name", NullOrder.NULLS_LAST)
                .build();
        assertThat(overlap(BY_NAME_THEN_ID, nulls, before)).isTrue();
        assertThat(overlap(BY_NAME_THEN_ID, nulls, after)).isFalse();
        assertThat(overlap(nullsLast, nulls, before)).isFalse();
        assertThat(overlap(nullsLast, nulls, after)).isTrue();
    }

    @Test
    void onlyNullsIsOneValue() {
        LiveFile nulls = file("a").id(1, 5).name(null, null, 100).live();
        LiveFile more = file("b").id(5, 9).name(null, null, 100).live();
        assertThat(overlap(BY_NAME_THEN_ID, nulls, more)).isFalse();
        assertThat(overlap(BY_NAME_THEN_ID, nulls, named("c", "a", "z"))).isFalse();
    }

    @Test
    void aDescendingOrderIsTheSameLineBackwards() {
        SortOrder down =
                SortOrder.builderFor(PlanFiles.SCHEMA).desc("id").asc("name").build();
        assertThat(overlap(down, ids("a", 1, 10), ids("b", 10, 20))).isFalse();
        assertThat(overlap(down, ids("a", 1, 10), ids("b", 9, 20))).isTrue();
        List<KeySpan> spans = spans(
                SortOrder.builderFor(PlanFiles.SCHEMA).desc("id").build(), ids("low", 1, 10), ids("high", 11, 20));
        assertThat(spans.get(1).from()).isLessThan(spans.get(0).from());
    }

    @Test
    void aBoundThatWasCutAndRaisedDoesNotReachIntoTheNextFile() {
        SortOrder byName = SortOrder.builderFor(PlanFiles.SCHEMA).asc("name").build();
        LiveFile first = named("a", "aaaa", "product-00000002");
        LiveFile next = named("b", "product-00000001", "zzzz");
        assertThat(overlap(byName, first, next)).isFalse();
        assertThat(overlap(byName, named("c", "aaaa", "product-00000003"), next))
                .isTrue();
    }

    @Test
    void bucketsCannotBeSeenInBounds() {
        SortOrder buckets = SortOrder.builderFor(PlanFiles.SCHEMA)
                .asc(Expressions.bucket("id", 8))
                .build();
        assertThat(spans(buckets, ids("a", 1, 10))).containsOnlyNulls();
    }

    @Test
    void aFileWithoutBoundsHasNoPlace() {
        assertThat(spans(PlanFiles.BY_ID, file("a").live(), ids("b", 1, 2)))
                .satisfiesExactly(
                        span -> assertThat(span).isNull(),
                        span -> assertThat(span).isNotNull());
    }
}
