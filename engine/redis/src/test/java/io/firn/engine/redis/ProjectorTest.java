package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

class ProjectorTest {
    @TempDir
    Path folder;

    private TestRedis redis;
    private TestLake lake;
    private Projector projector;

    @BeforeEach
    void start() {
        redis = TestRedis.start(folder.resolve("redis"));
        lake = new TestLake(folder);
        projector = open();
    }

    @AfterEach
    void stop() {
        projector.close();
        lake.close();
        redis.close();
    }

    private Projector open() {
        return Projector.open(
                new RedisConfig(redis.uri(), Map.of("product", new RedisTableConfig("product:{product_id}"))),
                lake.lake,
                lake.workbench);
    }

    private Map<String, Map<String, String>> served() {
        Map<String, Map<String, String>> served = new TreeMap<>();
        redis.keys("product:*").forEach(key -> served.put(key, redis.row(key)));
        return served;
    }

    @Test
    void loadsTheTableAndSaysWhereItIs() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, null, "3.00"));
        assertThat(projector.catchUp())
                .containsExactly(new Progress("product", Progress.State.CAUGHT_UP, 1, 2, new Applied(2, 0, 0)));
        assertThat(redis.row("product:1")).isEqualTo(Map.of("product_id", "1", "name", "Boots", "price", "12.50"));
        assertThat(redis.row("product:2")).isEqualTo(Map.of("product_id", "2", "price", "3.00"));
        assertThat(redis.hash("firn:shop.product"))
                .containsEntry("cut", "1")
                .containsEntry(
                        "snapshot", Long.toString(lake.log().currentSnapshot().snapshotId()))
                .containsEntry("key", "product:{product_id}")
                .doesNotContainKey("rebuild");
    }

    @Test
    void appliesOnlyWhatCameSince() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
        projector.catchUp();
        lake.commit(lake.put(2, "Hat", "2.50"), lake.put(3, "Scarf", "9.00"));
        lake.commit(lake.delete(1));
        assertThat(projector.catchUp("product"))
                .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 3, 0, new Applied(2, 1, 0)));
        assertThat(served()).isEqualTo(lake.expected("product:"));
        assertThat(projector.catchUp("product"))
                .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 3, 0, Applied.EMPTY));
    }

    @Test
    void followsTheLogBeforeTheTableHasIt() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        lake.log(lake.put(1, "Boots", "13.00"));
        assertThat(projector.catchUp("product"))
                .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 2, 1, new Applied(2, 0, 0)));
        assertThat(served()).isEqualTo(lake.expected("product:"));
    }

    @Test
    void theLastOfSeveralChangesOfARowInACutWins() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        projector.catchUp();
        lake.commit(lake.delete(1), lake.put(1, "Boots", "1.00"), lake.put(2, "Hat", "3.00"), lake.delete(2));
        projector.catchUp();
        assertThat(served()).isEqualTo(lake.expected("product:"));
    }

    @Test
    void aTruncateTakesOnlyWhatCameBeforeIt() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
        projector.catchUp();
        lake.commit(lake.put(3, "Scarf", "9.00"), lake.truncate(), lake.put(2, "Hat", "4.00"));
        assertThat(projector.catchUp("product").applied()).isEqualTo(new Applied(2, 2, 0));
        assertThat(served()).isEqualTo(Map.of("product:2", Map.of("product_id", "2", "name", "Hat", "price", "4.00")));
    }

    @Test
    void aRestartGoesOnWhereItWas() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        projector.catchUp();
        projector.close();
        lake.commit(lake.put(1, "Boots", "13.00"));
        try (Projector next = open()) {
            assertThat(next.catchUp("product").applied()).isEqualTo(new Applied(1, 0, 0));
        }
        assertThat(served()).isEqualTo(lake.expected("product:"));
    }

    @Test
    void anEmptiedRedisIsLoadedAgain() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        projector.catchUp();
        redis.call(Command.FLUSHALL);
        assertThat(projector.catchUp("product"))
                .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 1, 1, new Applied(1, 0, 0)));
        assertThat(served()).isEqualTo(lake.expected("product:"));
    }

    @Test
    void aRedisRestoredFromABackupCatchesUpExactly() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
        projector.catchUp();
        Path backup = redis.backUp(folder.resolve("backup.rdb"));
        lake.commit(lake.put(1, "Boots", "13.00"), lake.delete(2), lake.put(3, "Scarf", "9.00"));
        projector.catchUp();
        lake.commit(lake.delete(3));
        projector.catchUp();
        redis.restore(backup);
        assertThat(redis.row("product:1")).containsEntry("price", "12.50");
        projector.close();
        assertThat(projector.catchUp("product"))
                .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 3, 0, new Applied(2, 2, 0)));
        assertThat(served()).isEqualTo(lake.expected("product:"));
    }

    @Test
    void aTableThatIsNotThereYetIsNoFailure() {
        RedisConfig config = new RedisConfig(redis.uri(), Map.of("brand", new RedisTableConfig("brand:{brand_id}")));
        try (Projector brands = Projector.open(config, lake.lake, lake.workbench)) {
            assertThat(brands.catchUp())
                    .containsExactly(new Progress("brand", Progress.State.NO_TABLE, 0, 0, Applied.EMPTY));
        }
    }
}
