package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.FirnException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/**
 * Redis, projector and writer die at random while rows change; an observer looks all the time. For longer, with
 * {@code -Dfirn.chaos.seconds=600}; the same again, with {@code -Dfirn.chaos.seed=}.
 */
class ChaosTest {
    private static final int ROWS = 60;
    /** Leaves the processor to the writer. */
    private static final long PAUSE_NANOS = 20_000_000;

    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("firn.chaos.seconds", 4));

    @TempDir
    Path folder;

    private final long seed = Long.getLong("firn.chaos.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private volatile boolean over;
    private int deaths;

    @Test
    void whateverDiesNoRowGoesBackAndAtTheEndEveryRowIsAsTheLakes()
            throws IOException, InterruptedException, ExecutionException {
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"), "appendonly yes", "appendfsync always");
                CuttingProxy proxy = new CuttingProxy(redis.port());
                TestLake lake = new TestLake(folder)) {
            lake.commit(changes(lake));
            ExecutorService threads = Executors.newFixedThreadPool(3);
            Future<?> first = threads.submit(() -> project(lake, proxy.uri()));
            Future<?> second = threads.submit(() -> project(lake, redis.uri()));
            Future<Integer> observer = threads.submit(() -> observe(redis));
            try {
                wreak(lake, redis, proxy);
            } finally {
                over = true;
                threads.shutdown();
            }
            first.get();
            second.get();
            assertThat(observer.get()).as("versions seen, seed %d", seed).isPositive();
            lake.applyAll();
            try (Projector projector = open(lake, redis.uri())) {
                projector.catchUp();
                Verification found = projector.verify("product", new Coverage.All());
                assertThat(found.differences())
                        .as("seed %d, %d deaths", seed, deaths)
                        .isEmpty();
                assertThat(found.compared()).as("seed %d", seed).isEqualTo(lake.rows.size());
            }
        }
    }

    private void wreak(TestLake lake, TestRedis redis, CuttingProxy proxy) {
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() < end || deaths < 3) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    redis.kill();
                    redis.launch();
                    deaths++;
                }
                case 1, 2 -> {
                    proxy.cutAfter(random.nextInt(8_000));
                    deaths++;
                }
                case 3 -> lake.log(changes(lake)); // a writer that died before it applied what it had logged
                default -> lake.commit(changes(lake));
            }
        }
        proxy.cutAfter(Long.MAX_VALUE);
    }

    private TestLake.Change[] changes(TestLake lake) {
        TestLake.Change[] changes = new TestLake.Change[40];
        for (int i = 0; i < changes.length; i++) {
            long id = random.nextInt(ROWS);
            changes[i] = random.nextInt(4) == 0 ? lake.delete(id) : lake.put(id, "name " + random.nextInt(), i + ".50");
        }
        return changes;
    }

    private static Projector open(TestLake lake, String uri) {
        return Projector.open(
                new RedisConfig(uri, Map.of("product", new RedisTableConfig("product:{product_id}"))),
                lake.lake,
                lake.workbench);
    }

    /** Projects, and after each failure begins with nothing in memory, as a process that was killed. */
    private void project(TestLake lake, String uri) {
        while (!over) {
            try (Projector projector = open(lake, uri)) {
                while (!over) {
                    projector.catchUp();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (FirnException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Returns how many times it saw a version that was newer than the one before. */
    private int observe(TestRedis redis) {
        Map<String, String> newest = new HashMap<>();
        int seen = 0;
        while (!over) {
            try (RedisSession session = RedisSession.connect(RedisAddress.parse(redis.uri()))) {
                while (!over) {
                    for (int id = 0; id < ROWS; id++) {
                        seen += look(session, "product:" + id, newest) ? 1 : 0;
                    }
                }
            } catch (FirnException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return seen;
    }

    private boolean look(RedisSession session, String key, Map<String, String> newest) {
        String version = version(session, key);
        if (version == null) {
            return false;
        }
        String before = newest.put(key, version);
        assertThat(before == null || before.compareTo(version) <= 0)
                .as("seed %d: %s went from %s back to %s", seed, key, before, version)
                .isTrue();
        return !version.equals(before);
    }

    private static @Nullable String version(RedisSession session, String key) {
        String row = RedisSession.text(session.call(Command.HGET, key, "_v"));
        return row != null ? row : RedisSession.text(session.call(Command.GET, "{" + key + "}:gone"));
    }
}
