package io.firn.engine.simulation;

import io.firn.engine.ingest.SmallLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs many simulations, as many at a time as there are processors, and collects the stories of those that fail. */
final class Runs implements AutoCloseable {
    /** Where there is such a file system, nothing reaches a disk. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final int ENOUGH_FAILURES = 3;

    private final Path folder;
    private final Databases databases;
    private final AtomicInteger count = new AtomicInteger();

    Runs(Path onDisk) throws IOException {
        this.folder = Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "firn-simulation") : onDisk;
        this.databases = new Databases(
                new SmallLake(Files.createDirectories(folder.resolve("config")), 3, 1).config.workbench());
    }

    /** Makes a simulation in a folder. */
    interface Maker {
        Simulation make(Path folder, Databases databases) throws IOException;
    }

    /** One run. */
    interface Run {
        void of(Simulation simulation) throws InterruptedException;
    }

    /** @param name what to call the run when it fails */
    record Case(String name, Maker maker, Run run) {}

    /** @return what happened in each of the first few runs that failed */
    List<String> failures(long first, long last, LongFunction<Case> cases) throws InterruptedException {
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        AtomicLong next = new AtomicLong(first);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < threads; i++) {
            workers.execute(() -> {
                for (long number = next.getAndIncrement();
                        number <= last && failures.size() < ENOUGH_FAILURES;
                        number = next.getAndIncrement()) {
                    run(cases.apply(number), failures);
                }
            });
        }
        workers.shutdown();
        if (!workers.awaitTermination(1, TimeUnit.DAYS)) {
            failures.add("a day was not enough");
        }
        return failures;
    }

    private void run(Case each, List<String> failures) {
        List<String> script = List.of();
        try {
            Path own = newFolder();
            Simulation simulation = each.maker().make(own, databases);
            script = simulation.script();
            each.run().of(simulation);
            clear(own);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) {
            failures.add("%s failed%n%s%n%s".formatted(each.name(), String.join("\n", script), trace(e)));
        }
    }

    /** @return the script of a run that must not fail */
    List<String> script(Maker maker, Run run) throws IOException, InterruptedException {
        Simulation simulation = maker.make(newFolder(), databases);
        run.of(simulation);
        return simulation.script();
    }

    private Path newFolder() throws IOException {
        return Files.createDirectories(folder.resolve("run" + count.incrementAndGet()));
    }

    private static String trace(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(Arrays.stream(cause.getStackTrace())
                    .filter(frame -> frame.getClassName().startsWith("io.firn"))
                    .map(frame -> "  at " + frame)
                    .collect(Collectors.joining("\n", cause + "\n", "\n")));
        }
        return text.toString();
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        databases.close();
        clear(folder);
    }
}
