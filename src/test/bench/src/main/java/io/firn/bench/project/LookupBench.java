package io.firn.bench.project;

import io.firn.catalog.HeadMovedException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import io.firn.demo.EmbeddedRedis;
import io.firn.engine.redis.Projector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import redis.clients.jedis.Jedis;

/**
 * How fast rows are looked up, one at a time and on several connections, and what redis-benchmark makes of the same
 * server. Arguments: rows of the table (200,000), look-ups of each connection (100,000), path of redis-benchmark (left
 * out, it is not run). One JSON line for each figure.
 */
public final class LookupBench {
    private final long rows;
    private final int lookups;
    private final String yardstick;

    private LookupBench(String[] arguments) {
        rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 200_000;
        lookups = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        yardstick = arguments.length > 2 ? arguments[2] : "";
    }

    /** Runs it. */
    public static void main(String[] arguments)
            throws IOException, HeadMovedException, InterruptedException, ExecutionException {
        new LookupBench(arguments).run(Files.createTempDirectory("firn-lookup"));
    }

    private void run(Path folder) throws HeadMovedException, IOException, InterruptedException, ExecutionException {
        try (ProductLake lake = new ProductLake(folder);
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            lake.fill(rows);
            Map<String, RowForm> forms = Map.of("hash", RowForm.HASH, "json", RowForm.JSON, "packed", RowForm.PACKED);
            for (Map.Entry<String, RowForm> form : forms.entrySet()) {
                String key = form.getKey() + ":{product_id}";
                RedisConfig config = new RedisConfig(
                        redis.uri(), Map.of("product", new RedisTableConfig(key, form.getValue(), Map.of())));
                try (Projector projector = Projector.open(config, lake.lake, lake.workbench)) {
                    long bytes = projector.estimate("product").bytesPerRow();
                    projector.rebuild("product");
                    for (int connections : new int[] {1, 4, 16}) {
                        measure(redis, form.getKey(), connections, bytes);
                    }
                }
            }
            yardstick(redis);
        }
    }

    private void measure(EmbeddedRedis redis, String form, int connections, long bytes)
            throws InterruptedException, ExecutionException {
        double cpuBefore = redisCpuSeconds();
        long before = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        List<Future<long[]>> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int seed = i;
            all.add(threads.submit(() -> look(redis, form, seed, lookups / connections)));
        }
        long[] nanos = new long[0];
        for (Future<long[]> one : all) {
            int length = nanos.length;
            nanos = Arrays.copyOf(nanos, length + one.get().length);
            System.arraycopy(one.get(), 0, nanos, length, one.get().length);
        }
        threads.shutdown();
        double seconds = (System.nanoTime() - before) / 1e9;
        Arrays.sort(nanos);
        System.out.println(String.format(
                Locale.ROOT,
                "{\"bench\":\"look-up\",\"form\":\"%s\",\"bytesPerRow\":%d,\"connections\":%d,\"perSecond\":%.0f,"
                        + "\"perRedisCpuSecond\":%.0f,\"p50Micros\":%d,\"p95Micros\":%d,\"p99Micros\":%d,\"processors\":%d}",
                form,
                bytes,
                connections,
                nanos.length / seconds,
                nanos.length / (redisCpuSeconds() - cpuBefore),
                nanos[nanos.length / 2] / 1000,
                nanos[nanos.length * 95 / 100] / 1000,
                nanos[nanos.length * 99 / 100] / 1000,
                Runtime.getRuntime().availableProcessors()));
    }

    private long[] look(EmbeddedRedis redis, String form, int seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] nanos = new long[count];
        try (Jedis client = new Jedis("127.0.0.1", redis.port())) {
            for (int i = 0; i < count; i++) {
                String key = form + ":" + random.nextLong(rows);
                long before = System.nanoTime();
                boolean found = form.equals("hash") ? !client.hgetAll(key).isEmpty() : client.get(key) != null;
                nanos[i] = System.nanoTime() - before;
                if (!found) {
                    throw new IllegalStateException(key + " is not there");
                }
            }
        }
        return nanos;
    }

    private void yardstick(EmbeddedRedis redis) throws IOException, InterruptedException {
        if (!yardstick.isEmpty()) {
            for (String pipeline : List.of("1", "64")) {
                new ProcessBuilder(
                                yardstick,
                                "-p",
                                Integer.toString(redis.port()),
                                "-n",
                                "500000",
                                "-c",
                                "16",
                                "-r",
                                "200000",
                                "-P",
                                pipeline,
                                "--csv",
                                "-t",
                                "get,hset")
                        .inheritIO()
                        .start()
                        .waitFor();
            }
        }
    }

    private static double redisCpuSeconds() {
        return ProcessHandle.current()
                .children()
                .flatMap(child -> child.info().totalCpuDuration().stream())
                .mapToDouble(used -> used.toNanos() / 1e9)
                .sum();
    }
}
