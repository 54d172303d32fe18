package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisEmbedConfig;
import io.firn.catalog.config.RedisSetConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/** Sets in step with rows, and rows of a look-up table copied into the rows that refer to it. */
class LinksTest {
    @TempDir
    Path folder;

    private TestRedis redis;
    private TestLake lake;
    private TestLake brand;
    private Projector projector;

    @BeforeEach
    void start() {
        redis = TestRedis.start(folder.resolve("redis"));
        lake = new TestLake(folder);
        brand = lake.sibling("brand");
        projector = Projector.open(new RedisConfig(redis.uri(), tables()), lake.lake, lake.workbench);
    }

    @AfterEach
    void stop() {
        projector.close();
        lake.close();
        redis.close();
    }

    /** A product's name is the number of its brand. */
    private static Map<String, RedisTableConfig> tables() {
        Map<String, RedisSetConfig> sets = new LinkedHashMap<>();
        sets.put("of-brand", new RedisSetConfig("products:{name}", "product_id", null));
        sets.put("cheapest", new RedisSetConfig("cheapest:{name}", "'p' || product_id", "price"));
        Map<String, RedisTableConfig> tables = new LinkedHashMap<>();
        tables.put(
                "product",
                new RedisTableConfig(
                        "product:{product_id}",
                        RowForm.HASH,
                        Map.of(),
                        sets,
                        Map.of("brand", new RedisEmbedConfig("name", Map.of("brand_name", "name")))));
        tables.put("brand", new RedisTableConfig("brand:{product_id}"));
        return tables;
    }

    private List<String> members(String set) {
        return texts(redis.client().call(Command.SMEMBERS, set)).stream()
                .sorted()
                .toList();
    }

    private List<String> sorted(String set) {
        return texts(redis.client().call(Command.ZRANGE, set, "0", "-1", "WITHSCORES"));
    }

    private static List<String> texts(@Nullable Object answer) {
        List<String> texts = new ArrayList<>();
        ((List<?>) Objects.requireNonNull(answer)).forEach(text -> texts.add(TestRedis.text(text)));
        return texts;
    }

    @Test
    void setsFollowTheirRows() {
        lake.commit(lake.put(1, "7", "12.50"), lake.put(2, "7", "3.00"), lake.put(3, null, "1.00"));
        projector.catchUp();
        assertThat(members("products:7")).containsExactly("1", "2");
        assertThat(sorted("cheapest:7")).containsExactly("p2", "3", "p1", "12.5");
        lake.commit(lake.put(1, "8", "12.50"), lake.put(2, "7", "4.00"), lake.put(3, "8", null));
        projector.catchUp();
        assertThat(members("products:7")).containsExactly("2");
        assertThat(members("products:8")).containsExactly("1", "3");
        assertThat(sorted("cheapest:7")).containsExactly("p2", "4");
        assertThat(sorted("cheapest:8")).containsExactly("p1", "12.5");
        lake.commit(lake.delete(1), lake.delete(2));
        projector.catchUp();
        assertThat(redis.keys("products:*")).containsExactly("products:8");
        assertThat(redis.keys("cheapest:*")).isEmpty();
        lake.commit(lake.truncate());
        projector.catchUp();
        assertThat(redis.keys("products:*")).isEmpty();
    }

    @Test
    void verifyingFindsMembersThatAreMissingAndThatAreTooMuch() {
        lake.commit(lake.put(1, "7", "12.50"), lake.put(2, "7", "3.00"), lake.put(3, null, "1.00"));
        projector.catchUp();
        assertThat(projector.verify("product", new Coverage.All()).differences())
                .isEmpty();
        redis.call(Command.SREM, "products:7", "1");
        redis.call(Command.ZADD, "cheapest:7", "9", "p2");
        redis.call(Command.SADD, "firn:refs:product:brand:8", "product:1");
        assertThat(projector.verify("product", new Coverage.All()).differences())
                .containsExactlyInAnyOrder(
                        new Difference("products:7", "1", "a member", null),
                        new Difference("cheapest:7", "p2", "a member", null),
                        new Difference("cheapest:7", "p2", null, "a member"),
                        new Difference("firn:refs:product:brand:8", "product:1", null, "a member"));
    }

    @Test
    void aRebuildMendsSetsAndAnOlderChangeDoesNotTouchThem() {
        lake.commit(lake.put(1, "7", "12.50"));
        projector.catchUp();
        redis.call(Command.DEL, "products:7");
        projector.rebuild("product");
        assertThat(members("products:7")).containsExactly("1");
        redis.call(Command.HSET, "firn:shop.product", "cut", "0");
        lake.commit(lake.put(1, "8", "12.50"));
        projector.catchUp();
        assertThat(redis.keys("products:*")).containsExactly("products:8");
    }

    @Test
    void aRenamedBrandReachesAllItsProducts() {
        lake.commit(lake.put(1, "7", "12.50"), lake.put(2, "7", "3.00"), lake.put(3, "8", "1.00"));
        brand.commit(brand.put(7, "Ice", null));
        projector.catchUp();
        assertThat(redis.hash("product:1")).containsEntry("brand_name", "Ice");
        assertThat(redis.hash("product:3")).doesNotContainKey("brand_name");
        brand.commit(brand.put(7, "Firn", null), brand.put(8, "Snow", null));
        projector.catchUp("brand");
        assertThat(redis.hash("product:1")).containsEntry("brand_name", "Firn");
        assertThat(redis.hash("product:2")).containsEntry("brand_name", "Firn");
        assertThat(redis.hash("product:3")).containsEntry("brand_name", "Snow");
        lake.commit(lake.put(1, "8", "12.50"), lake.put(4, "7", "2.00"));
        projector.catchUp("product");
        assertThat(redis.hash("product:1")).containsEntry("brand_name", "Snow");
        assertThat(redis.hash("product:4")).containsEntry("brand_name", "Firn");
        brand.commit(brand.delete(7));
        projector.catchUp("brand");
        assertThat(redis.hash("product:2")).doesNotContainKey("brand_name");
        assertThat(redis.hash("product:1")).containsEntry("brand_name", "Snow");
        assertThat(projector.verify("product", new Coverage.All()).holds()).isTrue();
    }

    @Test
    void manyReferringRowsAreReachedInPortions() {
        TestLake.Change[] changes = new TestLake.Change[120];
        for (int i = 0; i < changes.length; i++) {
            changes[i] = lake.put(i, "7", "1.00");
        }
        lake.commit(changes);
        brand.commit(brand.put(7, "Ice", null));
        projector.catchUp();
        brand.commit(brand.put(7, "Firn", null));
        projector.catchUp("brand");
        assertThat(redis.keys("product:*"))
                .hasSize(120)
                .allMatch(key -> "Firn".equals(redis.hash(key).get("brand_name")));
    }

    @Test
    void whatCannotBeEmbeddedIsRefused() {
        Map<String, RedisTableConfig> tables = tables();
        tables.remove("brand");
        assertThatThrownBy(() -> Projector.open(new RedisConfig(redis.uri(), tables), lake.lake, lake.workbench))
                .hasMessage("serving.redis.tables.product must not embed brand, which is no table of"
                        + " serving.redis.tables with hashes under a key of one column");
    }
}
