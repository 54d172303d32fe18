package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/** What rows are in Redis, and several tables with fields in the same rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowFormsTest {

    private TestRedis redis;
    private TestLake lake;
    private TestLake stock;

    @BeforeAll
    void start(@TempDir Path folder) {
        redis = TestRedis.start(folder.resolve("redis"));
        lake = new TestLake(folder);
        stock = lake.sibling("stock");
        lake.commit(lake.put(1, "Boots \"X\"", "12.50"), lake.put(2, null, "3.00"), lake.put(3, "Hat", null));
        stock.commit(stock.put(1, "in stock", "7.00"), stock.put(9, "gone", "0.00"));
    }

    @BeforeEach
    void empty() {
        redis.call(Command.FLUSHALL);
    }

    @AfterAll
    void stop() {
        lake.close();
        redis.close();
    }

    private Projector open(Map<String, RedisTableConfig> tables) {
        return Projector.open(new RedisConfig(redis.uri(), tables), lake.lake, lake.workbench);
    }

    private Projector open(RowForm form, Map<String, String> fields) {
        return open(Map.of("product", new RedisTableConfig("product:{product_id}", form, fields)));
    }

    private static Map<String, String> fields(String... namesAndSources) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSources.length; i += 2) {
            fields.put(namesAndSources[i], namesAndSources[i + 1]);
        }
        return fields;
    }

    /** Returns the row without its version, which has its form. */
    private String string(String key, int versionAt) {
        String value = TestRedis.text(redis.client().call(Command.GET, key));
        return value.substring(0, versionAt) + "V" + value.substring(versionAt + Version.WIDTH);
    }

    @Test
    void aRowCanBeAJsonObjectInWhichNumbersAreNumbers() {
        try (Projector projector = open(RowForm.JSON, Map.of())) {
            projector.catchUp();
            assertThat(string("product:1", 7))
                    .isEqualTo("{\"_v\":\"V\",\"product_id\":1,\"name\":\"Boots \\\"X\\\"\",\"price\":12.50}");
            assertThat(string("product:3", 7))
                    .isEqualTo("{\"_v\":\"V\",\"product_id\":3,\"name\":\"Hat\",\"price\":null}");
            assertThat(projector.verify("product", new Coverage.All()).compared())
                    .isEqualTo(3);
        }
    }

    @Test
    void aRowCanBeAnArrayOfItsValues() {
        try (Projector projector = open(RowForm.PACKED, fields("id", "product_id", "price", "price"))) {
            projector.catchUp();
            assertThat(string("product:1", 2)).isEqualTo("[\"V\",1,12.50]");
        }
    }

    @Test
    void valuesAreChosenRenamedAndFormatted() {
        try (Projector projector = open(
                RowForm.HASH, fields("id", "product_id", "cents", "CAST(price * 100 AS BIGINT)", "n", "upper(name)"))) {
            projector.catchUp();
            assertThat(redis.row("product:1")).isEqualTo(Map.of("id", "1", "cents", "1250", "n", "BOOTS \"X\""));
            assertThat(redis.row("product:2")).isEqualTo(Map.of("id", "2", "cents", "300"));
        }
    }

    @Test
    void aStringIsGuardedDeletedSweptAndMendedLikeAHash() {
        RowWriter writer = new RowWriter(redis.servers(), RowPlace.whole(RowForm.JSON), List.of(), Duration.ofHours(1));
        writer.upsert(Version.of(2, 1, 1), json("new"));
        assertThat(writer.drain()).isEqualTo(new Applied(1, 0, 0));
        writer.upsert(Version.of(1, 1, 1), json("old"));
        writer.delete(Version.of(1, 2, 1), RedisSession.bytes("product:1"));
        assertThat(writer.drain()).isEqualTo(new Applied(0, 0, 2));
        assertThat(string("product:1", 7)).isEqualTo("{\"_v\":\"V\",\"name\":\"new\"}");
        writer.delete(Version.of(3, 1, 1), RedisSession.bytes("product:1"));
        writer.drain();
        writer.upsert(Version.of(2, 9, 1), json("late"));
        assertThat(writer.drain()).isEqualTo(new Applied(0, 0, 1));
        assertThat(redis.keys("product:*")).isEmpty();
        writer.upsert(Version.of(4, 1, 1), json("again"));
        writer.drain();
        writer.sweep(Version.of(5, 1, 1), RedisSession.bytes("product:1"));
        assertThat(writer.drain()).isEqualTo(new Applied(0, 1, 0));
    }

    private static WritableRow json(String name) {
        byte[] tail = RedisSession.bytes("\",\"name\":\"" + name + "\"}");
        return WritableRow.alone(RedisSession.bytes("product:1"), tail);
    }

    @Test
    void verifyingAndRebuildingAStringFindAndMendWhatIsWrong() {
        try (Projector projector = open(RowForm.JSON, Map.of())) {
            projector.catchUp();
            String right = TestRedis.text(redis.client().call(Command.GET, "product:1"));
            redis.call(Command.SET, "product:1", right.replace("12.50", "99.00"));
            assertThat(projector.verify("product", new Coverage.All()).different())
                    .isEqualTo(1);
            projector.rebuild("product");
            assertThat(TestRedis.text(redis.client().call(Command.GET, "product:1")))
                    .isEqualTo(right);
        }
    }

    @Test
    void anotherFormReplacesAllRows() {
        try (Projector projector = open(RowForm.HASH, Map.of())) {
            projector.catchUp();
        }
        try (Projector projector = open(RowForm.PACKED, fields("price", "price"))) {
            assertThat(projector.catchUp("product").loaded()).isEqualTo(3);
            assertThat(string("product:2", 2)).isEqualTo("[\"V\",3.00]");
        }
        try (Projector projector = open(RowForm.HASH, fields("price", "price"))) {
            projector.catchUp();
            assertThat(redis.row("product:1")).isEqualTo(Map.of("price", "12.50"));
        }
    }

    @Test
    void withGenerationsAnotherFormIsSwitchedToAndTheOldOneRemoved() {
        String key = "product:{gen}:{product_id}";
        ProjectorSettings noGrace = new ProjectorSettings(1_000, Duration.ofHours(1), Duration.ZERO);
        try (Projector projector = open(Map.of("product", new RedisTableConfig(key)))) {
            projector.catchUp();
        }
        RedisConfig json =
                new RedisConfig(redis.uri(), Map.of("product", new RedisTableConfig(key, RowForm.JSON, Map.of())));
        try (Projector projector = Projector.open(json, lake.lake, lake.workbench, noGrace)) {
            projector.catchUp();
            assertThat(redis.keys("product:*")).hasSize(6);
            projector.catchUp();
            assertThat(redis.keys("product:*")).containsExactly("product:2:1", "product:2:2", "product:2:3");
            assertThat(string("product:2:2", 7))
                    .isEqualTo("{\"_v\":\"V\",\"product_id\":2,\"name\":null,\"price\":3.00}");
        }
    }

    private Map<String, RedisTableConfig> joined() {
        Map<String, RedisTableConfig> tables = new LinkedHashMap<>();
        tables.put(
                "product",
                new RedisTableConfig(
                        "product:{product_id}", RowForm.HASH, fields("id", "product_id", "price", "price")));
        tables.put(
                "stock",
                new RedisTableConfig("product:{product_id}", RowForm.HASH, fields("stock", "name", "count", "price")));
        return tables;
    }

    @Test
    void severalTablesHaveFieldsInTheSameRowEachGuardedByItself() {
        TestLake price = lake.sibling("p2");
        TestLake count = lake.sibling("s2");
        price.commit(price.put(1, "a", "12.50"), price.put(2, "b", "3.00"));
        count.commit(count.put(1, "in stock", "7.00"), count.put(9, "gone", "0.00"));
        Map<String, RedisTableConfig> tables = new LinkedHashMap<>();
        tables.put("p2", joined().get("product"));
        tables.put("s2", joined().get("stock"));
        try (Projector projector = open(tables)) {
            projector.catchUp();
            assertThat(redis.row("product:1"))
                    .containsEntry("id", "1")
                    .containsEntry("price", "12.50")
                    .containsEntry("stock", "in stock")
                    .containsEntry("count", "7.00");
            price.commit(price.delete(1));
            count.commit(count.delete(9), count.put(2, "few", null));
            projector.catchUp();
            assertThat(redis.row("product:1")).containsOnlyKeys("stock", "count", "_v:s2");
            assertThat(redis.row("product:2")).containsOnlyKeys("id", "price", "stock", "_v:s2");
            assertThat(redis.keys("product:9")).isEmpty();
            count.commit(count.delete(1));
            projector.catchUp();
            assertThat(redis.keys("product:1")).isEmpty();
            assertThat(projector.verify("p2", new Coverage.All()).compared()).isEqualTo(1);
            assertThat(projector.verify("s2", new Coverage.All()).holds()).isTrue();
            redis.call(Command.HSET, "product:2", "stock", "many", "price", "1.00");
            assertThat(projector.verify("s2", new Coverage.All()).different()).isEqualTo(1);
            projector.rebuild("s2");
            assertThat(redis.row("product:2")).containsEntry("stock", "few").containsEntry("price", "1.00");
        }
    }

    @Test
    void tablesThatShareRowsMustNameDifferentFields() {
        Map<String, RedisTableConfig> tables = joined();
        tables.put("stock", new RedisTableConfig("product:{id}", RowForm.HASH, fields("price", "price")));
        assertThatThrownBy(() -> open(tables))
                .hasMessage(
                        "serving.redis.tables.stock.fields must not have price, which product has under the same keys");
        tables.put("stock", new RedisTableConfig("product:{id}"));
        assertThatThrownBy(() -> open(tables))
                .hasMessage("serving.redis.tables.stock must be a hash, name its fields and have no {gen} in its key,"
                        + " because product, stock have fields under the same keys");
    }
}
