package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

class ProjectorFailureTest {
    @TempDir
    Path folder;

    private TestLake lake;

    @BeforeEach
    void start() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void stop() {
        lake.close();
    }

    private Projector open(String uri) {
        return Projector.open(
                new RedisConfig(uri, Map.of("product", new RedisTableConfig("product:{product_id}"))),
                lake.lake,
                lake.workbench);
    }

    private static void assertFails(ThrowingCallable work, ErrorCode code, String message) {
        assertThatThrownBy(work)
                .isInstanceOf(FirnException.class)
                .hasMessage(message)
                .satisfies(
                        failure -> assertThat(((FirnException) failure).code()).isEqualTo(code));
    }

    @Test
    void saysThatRedisIsDown() {
        int port = TestRedis.freePort();
        assertThatThrownBy(() -> open("redis://shop:hunter2@127.0.0.1:%d/3".formatted(port)))
                .isInstanceOf(FirnException.class)
                .hasMessageStartingWith("redis at 127.0.0.1:%d database 3 cannot be reached: ".formatted(port))
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("\n")
                .satisfies(failure ->
                        assertThat(((FirnException) failure).code()).isEqualTo(ErrorCode.SERVING_UNAVAILABLE));
    }

    @Test
    void saysThatThePasswordIsWrongAndUsesTheRightOne() {
        try (TestRedis redis = TestRedis.start(
                folder.resolve("redis"), "user shop on >sesame ~* +@all", "user reader on >read ~* +@read +hello")) {
            String server = "redis at 127.0.0.1:" + redis.port();
            String address = "127.0.0.1:" + redis.port();
            assertFails(
                    () -> open("redis://shop:hunter2@" + address),
                    ErrorCode.ACCESS_DENIED,
                    server + " refused the user or the password of serving.redis.uri");
            assertThatThrownBy(() -> open("redis://reader:read@" + address))
                    .isInstanceOf(FirnException.class)
                    .hasMessageStartingWith(server + " does not permit user reader what is needed: NOPERM");
            lake.commit(lake.put(1, "Boots", "12.50"));
            try (Projector projector = open("redis://shop:sesame@%s/2".formatted(address))) {
                projector.catchUp();
            }
            assertThat(redis.keys("product:*")).isEmpty();
            redis.call(Command.SELECT, "2");
            assertThat(redis.keys("product:*")).containsExactly("product:1");
        }
    }

    @Test
    void doesWithTheRightsThatAreDocumented() {
        String rights = "~product:* ~{product:* ~firn:* ~{firn:* +@read +@write +@scripting +@connection +info";
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"), "user firn on >sesame " + rights);
                Projector projector = open("redis://firn:sesame@127.0.0.1:" + redis.port())) {
            lake.commit(lake.put(1, "Boots", "12.50"), lake.put(2, "Hat", "3.00"));
            projector.catchUp();
            lake.commit(lake.delete(2));
            projector.catchUp();
            projector.rebuild("product");
            assertThat(projector.estimate("product").usedBytes()).isPositive();
            assertThat(projector.verify("product", new Coverage.All()).compared())
                    .isEqualTo(1);
        }
    }

    @Test
    void saysThatRedisIsFullAndGoesOnWhenItIsNot() {
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"));
                Projector projector = open(redis.uri())) {
            lake.commit(lake.put(1, "Boots", "12.50"));
            projector.catchUp();
            lake.commit(lake.put(1, "Boots", "13.00"));
            redis.call(Command.CONFIG, "SET", "maxmemory", "1");
            assertFails(
                    projector::catchUp,
                    ErrorCode.SERVING_UNAVAILABLE,
                    "redis at 127.0.0.1:%d is full: its maxmemory is reached, so rows cannot be written"
                            .formatted(redis.port()));
            assertThat(redis.hash("firn:shop.product")).containsEntry("cut", "1");
            redis.call(Command.CONFIG, "SET", "maxmemory", "0");
            assertThat(projector.catchUp("product").applied()).isEqualTo(new Applied(1, 0, 0));
            assertThat(redis.row("product:1")).containsEntry("price", "13.00");
        }
    }

    @Test
    void saysThatItWasSentToAReplica() {
        try (TestRedis primary = TestRedis.start(folder.resolve("primary"));
                TestRedis replica =
                        TestRedis.start(folder.resolve("replica"), "replicaof 127.0.0.1 " + primary.port());
                Projector projector = open(replica.uri())) {
            lake.commit(lake.put(1, "Boots", "12.50"));
            assertFails(
                    projector::catchUp,
                    ErrorCode.SERVING_UNAVAILABLE,
                    "redis at 127.0.0.1:%d is a read-only replica: serving.redis.uri must name the primary"
                            .formatted(replica.port()));
        }
    }

    @Test
    void saysThatAnotherProgramUsesTheSameKeys() {
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"));
                Projector projector = open(redis.uri())) {
            redis.call(Command.SET, "product:1", "mine");
            lake.commit(lake.put(1, "Boots", "12.50"));
            assertFails(
                    projector::catchUp,
                    ErrorCode.SERVING_UNAVAILABLE,
                    ("redis at 127.0.0.1:%d has something that is not a row of this form under the name of a row: another"
                                    + " program uses the same keys")
                            .formatted(redis.port()));
        }
    }

    @Test
    void aConnectionCutAnywhereLosesNothing() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"));
                CuttingProxy proxy = new CuttingProxy(redis.port());
                Projector projector = open(proxy.uri())) {
            int cuts = 0;
            for (int round = 0; round < 12; round++) {
                lake.commit(changes(random, 400).toArray(TestLake.Change[]::new));
                proxy.cutAfter(20_000 + random.nextInt(60_000));
                try {
                    projector.catchUp();
                } catch (FirnException e) {
                    cuts++;
                    assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.SERVING_UNAVAILABLE);
                    // a lease that could not be given back through the cut connection has to run out
                    await().atMost(Duration.ofSeconds(90))
                            .until(() -> projector.catchUp("product").state() == Progress.State.CAUGHT_UP);
                }
                proxy.cutAfter(Long.MAX_VALUE);
                assertThat(projector.verify("product", new Coverage.All()))
                        .as("seed %d round %d", seed, round)
                        .matches(Verification::holds)
                        .matches(found -> found.compared() == lake.rows.size());
            }
            assertThat(cuts).as("seed %d", seed).isPositive();
        }
    }

    @Test
    void aRedisKilledInMidWorkCatchesUpAfterItsRestart() {
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"), "appendonly yes", "appendfsync always");
                Projector projector = open(redis.uri())) {
            lake.commit(lake.put(1, "Boots", "12.50"));
            projector.catchUp();
            redis.kill();
            lake.commit(lake.put(1, "Boots", "13.00"), lake.put(2, "Hat", "3.00"));
            assertThatThrownBy(projector::catchUp).isInstanceOf(FirnException.class);
            redis.launch();
            assertThat(projector.catchUp("product").applied()).isEqualTo(new Applied(2, 0, 0));
            assertThat(projector.verify("product", new Coverage.All()).compared())
                    .isEqualTo(2);
        }
    }

    private List<TestLake.Change> changes(Random random, int count) {
        List<TestLake.Change> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = random.nextInt(300);
            changes.add(
                    random.nextInt(4) == 0
                            ? lake.delete(id)
                            : lake.put(id, random.nextBoolean() ? "name " + i : null, i + ".25"));
        }
        return changes;
    }
}
