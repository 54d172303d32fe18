package io.firn.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.workbench.AsOf;
import io.firn.workbench.TableView;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MomentsTest {
    private static final Instant NOON = Instant.parse("2026-11-19T11:00:00Z");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private TestShop shop;
    private Moments moments;

    @BeforeEach
    void open() {
        shop = new TestShop(folder, "product", "stock");
        moments = new Moments(shop.lake, TestShop.snapshots(), CLOCK);
        shop.put("product", 1, "Lamp", "10.00").put("stock", 1, "shelf", "3").commit(NOON);
        shop.put("product", 1, "Lamp", "12.00").commit(NOON.plusSeconds(60), "day-2026-11-19");
        shop.put("product", 2, "Sofa", "500.00").commit(NOON.plusSeconds(86_400), "day-2026-11-20");
        shop.put("stock", 1, "shelf", "2").commit(NOON.plusSeconds(180_000));
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private List<String> rows(String table, AsOf moment, String columns) {
        Moments.Shown shown = moments.shown(table, moment);
        try (TableView view = shop.workbench.view(shop.connection(), "shown", shown.scan())) {
            return shop.query(
                    "SELECT %s FROM %s WHERE %s ORDER BY ALL".formatted(columns, view.name(), shown.condition()));
        }
    }

    private static AsOf day(String day) {
        return new AsOf.Day(LocalDate.parse(day));
    }

    @Test
    void aChangeLogIsShownUpToTheCutThatItsTableHoldsThatDay() {
        assertThat(rows("product_changes", day("2026-11-19"), "_cut, _op, price"))
                .containsExactly("1|c|10.00", "2|u|12.00");
        assertThat(rows("product_changes", new AsOf.Head(), "_cut")).containsExactly("1", "2", "3");
        assertThat(rows("stock_changes", day("2026-11-20"), "_cut")).containsExactly("1");
        assertThat(rows("product", day("2026-11-19"), "id, price")).containsExactly("1|12.00");
    }

    @Test
    void aSnapshotOfOneTableShowsTheOthersAtTheSameCut() {
        Table product = shop.lake.table("product");
        long first = product.snapshot(product.history().get(0).snapshotId()).snapshotId();
        assertThat(rows("product", new AsOf.SnapshotId(first), "price")).containsExactly("10.00");
        assertThat(rows("stock", new AsOf.SnapshotId(first), "price")).containsExactly("3.00");
        assertThat(rows("product_changes", new AsOf.SnapshotId(first), "_cut")).containsExactly("1");
        assertThatThrownBy(() -> moments.shown("stock", new AsOf.SnapshotId(5)))
                .hasMessage("table lake.shop.stock has no snapshot 5; it may have expired");
    }

    @Test
    void aTimeIsTheSnapshotThatWasCurrentThen() {
        Table product = shop.lake.table("product");
        Snapshot head = product.currentSnapshot();
        Snapshot before = product.snapshot(head.parentId());
        Instant of = Instant.ofEpochMilli(head.timestampMillis());
        Moments later =
                new Moments(shop.lake, TestShop.snapshots(), Clock.offset(CLOCK, java.time.Duration.ofDays(9000)));
        assertThat(later.snapshot(product, new AsOf.Time(of))).isEqualTo(head);
        assertThat(later.snapshot(product, new AsOf.Time(of.plusSeconds(5)))).isEqualTo(head);
        assertThat(later.snapshot(product, new AsOf.Time(Instant.ofEpochMilli(before.timestampMillis()))))
                .isEqualTo(before);
        assertThatThrownBy(() -> moments.snapshot(product, new AsOf.Time(NOON.plusSeconds(999_999_999))))
                .hasMessage("2058-07-28T12:46:39Z is in the future");
        assertThatThrownBy(() -> later.snapshot(product, new AsOf.Time(Instant.EPOCH)))
                .hasMessageStartingWith(
                        "table lake.shop.product cannot show 1970-01-01T00:00:00Z: its oldest snapshot is of 20");
    }

    @Test
    void aTimeWhoseSnapshotHasExpiredIsSaidToBeSo() {
        Table product = shop.lake.table("product");
        List<Long> ids =
                product.history().stream().map(entry -> entry.snapshotId()).toList();
        product.manageSnapshots().createTag("first", ids.get(0)).commit();
        product.manageSnapshots().removeTag("day-2026-11-19").commit();
        long middle = product.snapshot(ids.get(1)).timestampMillis();
        product.expireSnapshots()
                .expireOlderThan(0)
                .expireSnapshotId(ids.get(1))
                .commit();
        product.refresh();
        assertThat(product.snapshot(ids.get(1))).isNull();
        Moments later =
                new Moments(shop.lake, TestShop.snapshots(), Clock.offset(CLOCK, java.time.Duration.ofDays(9000)));
        assertThatThrownBy(() -> later.snapshot(product, new AsOf.Time(Instant.ofEpochMilli(middle))))
                .hasMessageMatching("table lake.shop.product cannot show .*: the snapshots between .* and .* have"
                        + " expired; ask for one of these, or for a day");
    }

    @Test
    void whyThereIsNoSuchDayIsSaid() {
        assertThatThrownBy(() -> moments.shown("product", day("2026-11-18")))
                .hasMessage(
                        "table lake.shop.product cannot show 2026-11-18: it is before the beginning: the first day is"
                                + " 2026-11-19");
        assertThatThrownBy(() -> moments.shown("product_changes", day("2024-11-20")))
                .hasMessage(
                        "table lake.shop.product cannot show 2024-11-20: it has expired: days are kept for 24 months,"
                                + " and the first that is left is 2026-11-19");
        assertThatThrownBy(() -> moments.shown("product", day("2026-11-21")))
                .hasMessage(
                        "table lake.shop.product cannot show 2026-11-21: it is not closed yet: a day closes with the"
                                + " first change after its midnight in Europe/Berlin, and the last closed day is 2026-11-20");
        assertThatThrownBy(() -> moments.shown("product", day("2026-11-22")))
                .hasMessage(
                        "table lake.shop.product cannot show 2026-11-22: it is in the future (today is 2026-11-21 in"
                                + " Europe/Berlin)");
        shop.lake.table("product").manageSnapshots().removeTag("day-2026-11-19").commit();
        assertThatThrownBy(() -> moments.shown("product", day("2024-11-21")))
                .hasMessage(
                        "table lake.shop.product cannot show 2024-11-21: it is before the beginning: the first day is"
                                + " 2026-11-20");
    }
}
