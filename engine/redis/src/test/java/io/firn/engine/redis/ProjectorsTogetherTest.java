package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

class ProjectorsTogetherTest {
    private static final int ROWS = 40;
    private static final int PROJECTORS = 3;

    @TempDir
    Path folder;

    @Test
    void cutsInAnyOrderAndMoreThanOnceEndAsTheLakeAndNoReaderSeesARowGoBack()
            throws InterruptedException, ExecutionException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestRedis redis = TestRedis.start(folder.resolve("redis"));
                TestLake lake = new TestLake(folder)) {
            for (int cut = 0; cut < 8; cut++) {
                lake.log(changes(lake, random));
            }
            TableKeys keys = TableKeys.of("product", KeyTemplate.parse("product", "product:{product_id}"));
            LakeTable table = LakeTable.load(lake.lake, keys).orElseThrow();
            List<LogRange> cuts = LogRange.divide(table.since(0, null).orElseThrow(), 0, table.headCut(), 1);
            assertThat(cuts).hasSize(8);

            ExecutorService threads = Executors.newFixedThreadPool(PROJECTORS + 1);
            List<Future<?>> projectors = new ArrayList<>();
            for (int i = 0; i < PROJECTORS; i++) {
                List<LogRange> shuffled = new ArrayList<>(cuts);
                shuffled.addAll(cuts.subList(0, random.nextInt(8)));
                Collections.shuffle(shuffled, new Random(random.nextLong()));
                projectors.add(threads.submit(() -> apply(lake, redis, keys, table, shuffled)));
            }
            Future<?> reader = threads.submit(() -> readUntil(projectors, redis, seed));
            for (Future<?> projector : projectors) {
                projector.get();
            }
            reader.get();
            threads.shutdown();

            Map<String, Map<String, String>> served = new TreeMap<>();
            redis.keys("product:*").forEach(key -> served.put(key, redis.row(key)));
            assertThat(served).as("seed %d", seed).isEqualTo(lake.expected("product:"));
        }
    }

    private static TestLake.Change[] changes(TestLake lake, Random random) {
        TestLake.Change[] changes = new TestLake.Change[60];
        for (int i = 0; i < changes.length; i++) {
            long id = random.nextInt(ROWS);
            changes[i] = random.nextInt(3) == 0 ? lake.delete(id) : lake.put(id, "name " + random.nextInt(), i + ".50");
        }
        return changes;
    }

    private static void apply(TestLake lake, TestRedis redis, TableKeys keys, LakeTable table, List<LogRange> cuts) {
        try (RedisServers session = RedisServers.open(RedisAddress.parse(redis.uri()))) {
            PositionStore store = new PositionStore(session, "shop.product", Clock.systemUTC());
            LogApplier applier = new LogApplier(new ProjectionContext(
                    session, store, keys, new LakeRows(lake.workbench), ProjectorSettings.DEFAULT, "test"));
            cuts.forEach(cut -> applier.apply(table, cut, Generation.NONE));
        }
    }

    private static void readUntil(List<Future<?>> done, TestRedis redis, long seed) {
        Map<String, String> newest = new HashMap<>();
        try (RedisSession session = RedisSession.open(RedisAddress.parse(redis.uri()))) {
            while (!done.stream().allMatch(Future::isDone)) {
                for (int id = 0; id < ROWS; id++) {
                    String key = "product:" + id;
                    String version = RedisSession.text(session.call(Command.HGET, key, "_v"));
                    if (version == null) {
                        version = RedisSession.text(session.call(Command.GET, "{" + key + "}:gone"));
                    }
                    if (version != null) {
                        String before = newest.put(key, version);
                        assertThat(before == null || before.compareTo(version) <= 0)
                                .as("seed %d: %s went from %s back to %s", seed, key, before, version)
                                .isTrue();
                    }
                }
            }
        }
    }
}
