package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.workbench.AsOf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

class RebuildTest {
    private static final ProjectorSettings NO_GRACE =
            new ProjectorSettings(500_000, Duration.ofHours(1), Duration.ZERO);

    @TempDir
    Path folder;

    private TestRedis redis;
    private TestLake lake;

    @BeforeEach
    void start() {
        redis = TestRedis.start(folder.resolve("redis"));
        lake = new TestLake(folder);
    }

    @AfterEach
    void stop() {
        lake.close();
        redis.close();
    }

    private Projector open(String key, ProjectorSettings settings) {
        return Projector.open(
                new RedisConfig(redis.uri(), Map.of("product", new RedisTableConfig(key))),
                lake.lake,
                lake.workbench,
                settings);
    }

    private Map<String, Map<String, String>> served(String prefix) {
        Map<String, Map<String, String>> served = new TreeMap<>();
        redis.keys(prefix + "*").forEach(key -> served.put(key, redis.row(key)));
        return served;
    }

    @Test
    void inPlaceItMendsWhatIsWrongAndRemovesWhatIsTooMuch() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", null), lake.put(3, "Scarf", "9.00"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            projector.catchUp();
            redis.call(Command.HSET, "product:1", "price", "99.00");
            redis.call(Command.DEL, "product:3");
            redis.call(Command.HSET, "product:2", "price", "1.00");
            redis.call(Command.COPY, "product:1", "product:77");
            redis.call(Command.HSET, "product:77", "_v", text(Version.of(1, 1, 1)));
            assertThat(projector.rebuild("product"))
                    .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 1, 3, new Applied(3, 1, 0)));
        }
        assertThat(served("product:")).isEqualTo(lake.expected("product:"));
    }

    @Test
    void inPlaceNewerRowsStayAndWhatCameSinceIsApplied() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            projector.catchUp();
            lake.log(lake.put(1, "Boots", "13.00"), lake.delete(2), lake.put(3, "Scarf", "9.00"));
            projector.catchUp();
            redis.call(Command.DEL, "product:3");
            assertThat(projector.rebuild("product"))
                    .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 2, 2, new Applied(2, 0, 3)));
        }
        assertThat(served("product:")).isEqualTo(lake.expected("product:"));
    }

    @Test
    void readersOfGenerationsAreSwitchedWhenEverythingIsThere() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
        try (Projector projector = open("product:{gen}:{product_id}", NO_GRACE)) {
            projector.catchUp();
            assertThat(redis.hash("firn:shop.product")).containsEntry("gen", "1");
            assertThat(served("product:")).isEqualTo(lake.expected("product:1:"));
            lake.commit(lake.delete(2), lake.put(3, "Scarf", "9.00"));
            projector.catchUp();
            projector.rebuild("product");
            assertThat(redis.hash("firn:shop.product")).containsEntry("gen", "2");
            assertThat(served("product:1:")).isEqualTo(lake.expected("product:1:"));
            assertThat(served("product:2:")).isEqualTo(lake.expected("product:2:"));
            projector.catchUp();
            assertThat(served("product:")).isEqualTo(lake.expected("product:2:"));
            assertThat(redis.hash("firn:shop.product")).doesNotContainKey("retire");
        }
    }

    @Test
    void aGenerationBeginsWithAnEarlierMomentAndEndsAsTheLake() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"), lake.put(3, "Scarf", "9.00"));
        AsOf then = new AsOf.SnapshotId(lake.current().currentSnapshot().snapshotId());
        lake.commit(lake.put(1, "Boots", "13.00"), lake.delete(2));
        lake.log(lake.put(4, "Belt", "5.00"));
        try (Projector projector = open("product:{gen}:{product_id}", NO_GRACE)) {
            projector.catchUp();
            assertThat(projector.rebuild("product", then))
                    .isEqualTo(new Progress("product", Progress.State.CAUGHT_UP, 3, 3, new Applied(5, 1, 0)));
            assertThat(served("product:2:")).isEqualTo(lake.expected("product:2:"));
            assertThat(redis.hash("firn:shop.product")).containsEntry("gen", "2");
        }
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            assertThatThrownBy(() -> projector.rebuild("product", then))
                    .isInstanceOf(FirnException.class)
                    .hasMessage(
                            "serving.redis.tables.product.key must have {gen} for a rebuild from an earlier moment, which"
                                    + " readers must not see, but was product:{product_id}");
        }
    }

    @Test
    void anOldGenerationStaysForTheTimeOfGrace() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        try (Projector projector = open("product:{gen}:{product_id}", ProjectorSettings.DEFAULT)) {
            projector.catchUp();
            projector.rebuild("product");
            projector.catchUp();
            assertThat(redis.keys("product:*")).containsExactly("product:1:1", "product:2:1");
        }
    }

    @Test
    void whatAnUnfinishedRebuildLeftBehindIsRemovedByTheNext() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        try (Projector projector = open("product:{gen}:{product_id}", NO_GRACE)) {
            projector.catchUp();
            redis.call(Command.HSET, "product:7:1", "name", "half");
            redis.call(Command.HSET, "product:stats:1", "name", "mine");
            redis.call(Command.HSET, "firn:shop.product", "rebuild", "crashed");
            projector.catchUp();
            assertThat(redis.hash("firn:shop.product")).doesNotContainKey("rebuild");
            assertThat(redis.keys("product:*")).containsExactly("product:1:1", "product:2:1", "product:stats:1");
        }
    }

    @Test
    void aRebuildThatAnotherProcessDoesIsRefusedAndCatchingUpGoesOn() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            redis.call(Command.SET, "{firn:shop.product}:rebuilding", "another");
            assertThat(projector.catchUp())
                    .containsExactly(new Progress("product", Progress.State.WAITING, 0, 0, Applied.EMPTY));
            redis.call(Command.DEL, "{firn:shop.product}:rebuilding");
            projector.catchUp();
            redis.call(Command.SET, "{firn:shop.product}:rebuilding", "another");
            lake.commit(lake.put(1, "Boots", "13.00"));
            assertThat(projector.catchUp("product").applied()).isEqualTo(new Applied(1, 0, 0));
            assertThatThrownBy(() -> projector.rebuild("product"))
                    .isInstanceOf(FirnException.class)
                    .hasMessage("table product is being rebuilt by another process");
        }
    }

    @Test
    void nobodyWaitsForARebuildThatDied() {
        lake.commit(lake.put(1, "Boots", "12.50"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            RedisServers dying = RedisServers.open(RedisAddress.parse(redis.uri()));
            String key = "{firn:shop.product}:rebuilding";
            assertThat(Lease.take(dying, key, "dying")).isPresent();
            assertThat(projector.catchUp("product").state()).isEqualTo(Progress.State.WAITING);
            dying.close();
            await().until(() -> projector.catchUp("product").state() == Progress.State.CAUGHT_UP);
            assertThat(redis.keys(key)).isEmpty();
        }
    }

    @Test
    void aTableMadeAnewIsLoadedAnew() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"), lake.put(3, "Scarf", "9.00"));
        lake.commit(lake.put(1, "Boots", "13.00"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            projector.catchUp();
            redis.call(Command.HSET, "firn:shop.product", "table", "another", "cut", "900");
            redis.call(Command.HSET, "product:2", "_v", text(Version.completeAt(900)), "price", "0.00");
            redis.call(Command.DEL, "product:3");
            redis.call(Command.SET, "{product:3}:gone", text(Version.completeAt(900)));
            assertThat(projector.catchUp("product").loaded()).isEqualTo(3);
            assertThat(redis.keys("*:gone")).isEmpty();
        }
        assertThat(served("product:")).isEqualTo(lake.expected("product:"));
    }

    @Test
    void thePositionOfDataThatIsGoneIsNotMoved() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            projector.catchUp();
            PositionStore store = new PositionStore(redis.servers(), "shop.product", Clock.systemUTC());
            Position before = store.read();
            redis.call(Command.FLUSHALL);
            projector.catchUp();
            assertThat(store.advance(before, 1, new PositionStore.Point(2, 5)))
                    .isEqualTo(PositionStore.Outcome.OTHER_ORIGIN);
        }
    }

    @Test
    void verifyingFindsWhatDiffersOnEitherSide() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"), lake.put(3, null, "9.00"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            projector.catchUp();
            assertThat(projector
                            .verify("product", new Coverage.Sample(1_000, 1))
                            .compared())
                    .isEqualTo(3);
            redis.call(Command.HSET, "product:1", "price", "12.51");
            redis.call(Command.DEL, "product:2");
            redis.call(Command.HSET, "product:3", "name", "Scarf");
            redis.call(Command.COPY, "product:3", "product:4");
            redis.call(Command.HSET, "product:stats", "count", "7");
            Verification found = projector.verify("product", new Coverage.All());
            assertThat(found.holds()).isFalse();
            assertThat(found.different()).isEqualTo(4);
            assertThat(found.differences())
                    .containsExactlyInAnyOrder(
                            new Difference("product:1", "price", "12.50", "12.51"),
                            new Difference("product:2", "", "a row", null),
                            new Difference("product:3", "name", null, "Scarf"),
                            new Difference("product:4", "", null, "a row"));
        }
    }

    @Test
    void verifyingLeavesOutWhatRedisHasNewer() {
        lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"), lake.put(3, "Scarf", "1.00"));
        try (Projector projector = open("product:{product_id}", NO_GRACE)) {
            lake.log(lake.put(1, "Boots", "13.00"), lake.delete(2), lake.put(4, "Belt", "5.00"));
            projector.catchUp();
            Verification found = projector.verify("product", new Coverage.All());
            assertThat(found)
                    .isEqualTo(new Verification(
                            "product",
                            1,
                            Objects.requireNonNull(lake.current().currentSnapshot())
                                    .snapshotId(),
                            1,
                            3,
                            0,
                            List.of()));
        }
    }

    @Test
    void aTableIsMeasuredAndRefusedWhenThereIsNoRoomForIt() {
        TestLake.Change[] changes = new TestLake.Change[600];
        for (int i = 0; i < changes.length; i++) {
            changes[i] = lake.put(i, "A fairly long product title, no. " + i + " ".repeat(1_000), "12.50");
        }
        lake.commit(changes);
        try (Projector projector = open("product:{gen}:{product_id}", NO_GRACE)) {
            Estimate estimate = projector.estimate("product");
            assertThat(estimate.rows()).isEqualTo(600);
            assertThat(redis.keys("*")).isEmpty();
            redis.call(Command.CONFIG, "SET", "maxmemory", Long.toString(estimate.usedBytes() + estimate.bytes() / 2));
            assertThatThrownBy(() -> projector.catchUp("product"))
                    .isInstanceOf(FirnException.class)
                    .hasMessageContaining("and the 600 rows of table product take about");
            assertThat(redis.keys("*")).isEmpty();
            redis.call(Command.CONFIG, "SET", "maxmemory", "0");
            projector.catchUp("product");
            long taken = projector.estimate("product").usedBytes() - estimate.usedBytes();
            assertThat((double) taken / estimate.bytes()).isBetween(0.5, 2.0);
        }
    }

    private static String text(byte[] version) {
        return new String(version, StandardCharsets.US_ASCII);
    }
}
