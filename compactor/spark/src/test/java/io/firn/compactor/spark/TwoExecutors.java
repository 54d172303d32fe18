package io.firn.compactor.spark;

import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * A driver with a cluster of two executors, each a process of its own, one of which is killed when the first task
 * starts if that is asked for. Prints how many executors were lost.
 */
final class TwoExecutors {
    private TwoExecutors() {}

    /** Arguments: firn.yaml, and {@code kill} or {@code leave}. */
    public static void main(String[] arguments) {
        FirnConfig config = ConfigLoader.load(Path.of(arguments[0]), Map.of());
        SparkConf conf = new SparkConf()
                .setMaster("local-cluster[2,1,512]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.memory", "512m");
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger tasks = new AtomicInteger();
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            spark.sc().addSparkListener(new SparkListener() {
                @Override
                public void onTaskStart(SparkListenerTaskStart start) {
                    if (tasks.getAndIncrement() == 0 && arguments[1].equals("kill")) {
                        killOne();
                    }
                }

                @Override
                public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
                    lost.incrementAndGet();
                }
            });
            new SparkCompaction(config, spark).run(List.of("product"));
            System.out.println("lost " + lost);
        }
    }

    /** The executors are the only processes that this one starts. */
    private static void killOne() {
        ProcessHandle.current()
                .children()
                .filter(child -> child.info()
                        .command()
                        .filter(command -> command.endsWith("java"))
                        .isPresent())
                .findFirst()
                .ifPresent(ProcessHandle::destroyForcibly);
    }
}
