package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/** A primary, its replica, and a sentinel that puts the one in the place of the other. */
class FailoverTest {
    @TempDir
    Path folder;

    @Test
    void goesOnWithThePrimaryThatTheSentinelNamesAndFillsWhatTheReplicaNeverGot() {
        int port = TestRedis.freePort();
        try (TestLake lake = new TestLake(folder);
                TestRedis primary = TestRedis.start(folder.resolve("primary"));
                TestRedis replica = TestRedis.start(
                        folder.resolve("replica"),
                        "replicaof 127.0.0.1 " + primary.port(),
                        "repl-diskless-sync yes",
                        "repl-diskless-sync-delay 0")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> has(replica, "master_link_status:up"));
            Process sentinel = TestRedis.sentinel(folder.resolve("sentinel"), port, primary.port());
            try (Projector projector = whenTheSentinelKnowsBoth(lake, port, replica)) {
                lake.commit(lake.put(1, "Boots", "12.50"));
                projector.catchUp();
                await().until(() -> replica.row("product:1").containsValue("12.50"));
                replica.signal("STOP");
                primary.call(Command.CLIENT, "KILL", "TYPE", "replica");
                lake.commit(lake.put(1, "Boots", "13.00"), lake.put(2, "Hat", "3.00"));
                projector.catchUp();
                primary.kill();
                replica.signal("CONT");
                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(250))
                        .ignoreExceptionsInstanceOf(FirnException.class)
                        .until(() -> projector.catchUp("product").applied().equals(new Applied(2, 0, 0)));
                replica.reconnect();
                assertThat(replica.row("product:1")).containsEntry("price", "13.00");
                assertThat(projector.verify("product", new Coverage.All()).compared())
                        .isEqualTo(2);
            } finally {
                sentinel.destroyForcibly();
            }
        }
    }

    private static boolean has(TestRedis redis, String line) {
        return TestRedis.text(redis.client().call(Command.INFO, "replication")).contains(line);
    }

    private static Projector whenTheSentinelKnowsBoth(TestLake lake, int port, TestRedis replica) {
        RedisAddress sentinel = RedisAddress.parse("redis://127.0.0.1:" + port);
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(FirnException.class)
                .until(() -> {
                    try (RedisSession session = RedisSession.connect(sentinel)) {
                        return String.valueOf(TestRedis.text(session.call(Command.INFO, "sentinel")))
                                .contains("slaves=1");
                    }
                });
        return Projector.open(
                new RedisConfig(
                        "redis-sentinel://127.0.0.1:%d#shop".formatted(port),
                        Map.of("product", new RedisTableConfig("product:{product_id}"))),
                lake.lake,
                lake.workbench);
    }
}
