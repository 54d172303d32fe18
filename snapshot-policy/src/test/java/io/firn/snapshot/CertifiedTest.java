package io.firn.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.Lake;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertifiedTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final List<String> BOTH = List.of("product", "price");

    private TestShop shop;
    private Certified certified;

    @BeforeEach
    void open(@TempDir Path folder) {
        shop = new TestShop(folder, "product", "price");
        shop.put("product", 1, "a", "1").put("price", 1, "a", "1").commit(NOON);
        certified = new Certified(shop.lake);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private Map<String, Long> latest() {
        return new Tags(shop.lake, TestShop.snapshots()).latest(BOTH);
    }

    private long cut(String table) {
        var loaded = shop.lake.table(table);
        return Certified.of(loaded)
                .map(snapshot -> CutHistory.cutOf(loaded, snapshot))
                .orElse(0L);
    }

    @Test
    void theTagsOfAGroupMoveTogether() {
        assertThat(cut("product")).isZero();
        assertThat(certified.move(latest())).isEqualTo(2);
        assertThat(cut("product")).isEqualTo(1);
        assertThat(cut("price")).isEqualTo(1);

        shop.put("price", 1, "a", "2").commit(NOON);
        assertThat(certified.move(latest())).isEqualTo(1);
        assertThat(cut("price")).isEqualTo(2);
        assertThat(certified.move(latest())).isZero();
    }

    @Test
    void theyNeverMoveBack() {
        Map<String, Long> first = latest();
        shop.put("price", 1, "a", "2").commit(NOON);
        certified.move(latest());
        shop.put("product", 1, "a", "3").commit(NOON);

        assertThat(certified.move(first)).isZero();
        assertThat(cut("price")).isEqualTo(2);
    }

    @Test
    void whereOneCannotMoveNoneDoes() {
        certified.move(latest());
        shop.put("price", 1, "a", "2").put("product", 1, "a", "2").commit(NOON);
        Certified refused = new Certified(new Lake(refusing("price"), shop.lake.namespace()));

        assertThatThrownBy(() -> refused.move(latest()))
                .hasMessage("tag certified of table price could not be moved in 20 attempts");
        assertThat(cut("product")).isEqualTo(1);
        assertThat(cut("price")).isEqualTo(1);
    }

    /** A catalog whose commits to one table are refused. */
    private Catalog refusing(String name) {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(shop.lake.catalog(), arguments);
                    boolean isIt = method.getName().equals("loadTable")
                            && String.valueOf(arguments[0]).endsWith(name);
                    return isIt ? refusing((org.apache.iceberg.Table) answer) : answer;
                });
    }

    private static org.apache.iceberg.Table refusing(org.apache.iceberg.Table table) {
        return (org.apache.iceberg.Table) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(),
                new Class<?>[] {org.apache.iceberg.Table.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("manageSnapshots")) {
                        throw new CommitFailedException("refused");
                    }
                    return method.invoke(table, arguments);
                });
    }

    @Test
    void aMoveThatWasInterruptedIsCompleted() {
        certified.move(latest());
        shop.put("price", 1, "a", "2").put("product", 1, "a", "2").commit(NOON);
        certified.move(Map.of("product", latest().get("product")));
        assertThat(cut("price")).isEqualTo(1);

        certified.complete(BOTH);
        assertThat(cut("price")).isEqualTo(2);
        assertThat(cut("product")).isEqualTo(2);
    }

    @Test
    void allTablesAreLookedAtWhereTheyAgree() {
        Map<String, Long> before = latest();
        shop.put("price", 1, "a", "2").commit(NOON);

        assertThat(latest().get("product")).isEqualTo(before.get("product"));
        assertThat(latest().get("price")).isNotEqualTo(before.get("price"));
        Snapshot head = shop.lake.table("price").currentSnapshot();
        assertThat(latest()).containsEntry("price", head.snapshotId());
    }

    @Test
    void nobodyElseTakesTheName() {
        Tags tags = new Tags(shop.lake, TestShop.snapshots());
        assertThatThrownBy(() -> tags.planNamed(BOTH, "certified"))
                .hasMessage("tag name must not be blank, main or certified but was certified");
    }
}
