package io.firn.bench.project;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.firn.catalog.HeadMovedException;
import io.firn.catalog.config.RedisConfig;
import io.firn.catalog.config.RedisTableConfig;
import io.firn.catalog.config.RowForm;
import io.firn.demo.EmbeddedRedis;
import io.firn.engine.redis.Coverage;
import io.firn.engine.redis.Progress;
import io.firn.engine.redis.Projector;
import io.firn.engine.redis.Verification;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;

/**
 * Rebuilds the reference table into a generation, loads it in place into an empty Redis, and applies a change log to
 * it; all that with rows that are hashes, and again with arrays. Arguments: rows of the table (1,000,000), changes in
 * the log (1,000,000), changes in a cut (100,000). One JSON line for each figure.
 */
public final class ProjectBench {
    /** Millions of keys are not deleted in the two seconds that a client waits by default. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final long rows;
    private final long changes;
    private final long cutChanges;

    private ProjectBench(String[] arguments) {
        rows = argument(arguments, 0, 1_000_000);
        changes = argument(arguments, 1, 1_000_000);
        cutChanges = argument(arguments, 2, 100_000);
    }

    private static long argument(String[] arguments, int index, long otherwise) {
        return arguments.length > index ? Long.parseLong(arguments[index]) : otherwise;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, HeadMovedException {
        new ProjectBench(arguments).run(Files.createTempDirectory("firn-project"));
    }

    private void run(Path folder) throws HeadMovedException {
        List<RowForm> forms = List.of(RowForm.HASH, RowForm.PACKED);
        try (ProductLake lake = new ProductLake(folder);
                EmbeddedRedis redis = EmbeddedRedis.start();
                EmbeddedRedis other = EmbeddedRedis.start()) {
            lake.fill(rows);
            for (RowForm form : forms) {
                try (Projector projector = open(lake, other, "product:{gen}:{product_id}", form)) {
                    measure("rebuild, generation", form, () -> projector.rebuild("product"));
                    require(projector);
                }
                empty(other);
            }
            Map<RowForm, EmbeddedRedis> servers = Map.of(RowForm.HASH, redis, RowForm.PACKED, other);
            for (RowForm form : forms) {
                inPlace(lake, requireNonNull(servers.get(form)), form, "load, in place");
            }
            for (long done = 0; done < changes; done += cutChanges) {
                lake.change(cutChanges, rows);
            }
            for (RowForm form : forms) {
                inPlace(lake, requireNonNull(servers.get(form)), form, "changes");
            }
        }
    }

    private static void inPlace(ProductLake lake, EmbeddedRedis redis, RowForm form, String job) {
        try (Projector projector = open(lake, redis, "product:{product_id}", form)) {
            measure(job, form, () -> projector.catchUp("product"));
            require(projector);
        }
    }

    private static void empty(EmbeddedRedis redis) {
        try (Jedis client = new Jedis("127.0.0.1", redis.port(), PATIENCE_MILLIS)) {
            client.flushAll();
        }
    }

    private static void require(Projector projector) {
        Verification sample = projector.verify("product", new Coverage.Sample(10_000, 1));
        if (!sample.holds()) {
            throw new IllegalStateException("not the same: " + sample);
        }
    }

    private static Projector open(ProductLake lake, EmbeddedRedis redis, String key, RowForm form) {
        RedisConfig config = new RedisConfig(redis.uri(), Map.of("product", new RedisTableConfig(key, form, Map.of())));
        return Projector.open(config, lake.lake, lake.workbench);
    }

    private static void measure(String job, RowForm form, Supplier<Progress> work) {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double redisBefore = childrenCpuSeconds();
        long cpuBefore = process.getProcessCpuTime();
        long before = System.nanoTime();
        Progress progress = work.get();
        double seconds = (System.nanoTime() - before) / 1e9;
        double cpuSeconds = (process.getProcessCpuTime() - cpuBefore) / 1e9;
        long done = progress.applied().total();
        System.out.println(String.format(
                Locale.ROOT,
                "{\"bench\":\"project\",\"job\":\"%s\",\"form\":\"%s\",\"rows\":%d,\"seconds\":%.2f,\"rowsPerSecond\":%.0f,"
                        + "\"rowsPerCpuSecond\":%.0f,\"rowsPerRedisCpuSecond\":%.0f,\"processors\":%d}",
                job,
                form.name().toLowerCase(Locale.ROOT),
                done,
                seconds,
                done / seconds,
                done / cpuSeconds,
                done / (childrenCpuSeconds() - redisBefore),
                Runtime.getRuntime().availableProcessors()));
    }

    /** What Redis has used, for it is the only process that this one started. */
    private static double childrenCpuSeconds() {
        return ProcessHandle.current()
                .children()
                .flatMap(child -> child.info().totalCpuDuration().stream())
                .mapToDouble(used -> used.toNanos() / 1e9)
                .sum();
    }
}
