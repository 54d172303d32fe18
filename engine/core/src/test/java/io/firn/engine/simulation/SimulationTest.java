package io.firn.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.engine.ingest.SmallLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random runs of the writer with a fault at any step. {@code -Dfirn.simulation.seeds=10000} runs the first so many
 * seeds, 0 as many as there is time for; {@code -Dfirn.simulation.seed=4711} runs one of them again.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("firn.simulation.seeds", 4);
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final int ENOUGH_FAILURES = 3;

    @TempDir
    Path folder;

    @Test
    void sourceEqualsLakeWhateverGoesWrong() throws IOException {
        long only = Long.getLong("firn.simulation.seed", -1);
        long first = only < 0 ? 1 : only;
        long last = only >= 0 ? only : SEEDS > 0 ? SEEDS : Long.MAX_VALUE;
        long end = SEEDS > 0 || only >= 0 ? Long.MAX_VALUE : System.nanoTime() + PATIENCE.toNanos();
        List<String> failures = new ArrayList<>();
        try (Databases databases = databases()) {
            for (long seed = first; seed <= last && failures.size() < ENOUGH_FAILURES; seed++) {
                if (System.nanoTime() - end > 0 && end != Long.MAX_VALUE) {
                    break;
                }
                failure(seed, databases, failures);
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void theSameSeedIsTheSameRun() throws IOException {
        try (Databases databases = databases()) {
            assertThat(script(1, databases, "first")).isEqualTo(script(1, databases, "second"));
        }
    }

    private Databases databases() throws IOException {
        return new Databases(new SmallLake(Files.createDirectories(folder.resolve("config")), 3, 1).config.workbench());
    }

    private List<String> script(long seed, Databases databases, String run) throws IOException {
        Simulation simulation = new Simulation(seed, Files.createDirectories(folder.resolve(run + seed)), databases);
        simulation.run();
        return simulation.script();
    }

    private void failure(long seed, Databases databases, List<String> failures) throws IOException {
        Path own = Files.createDirectories(folder.resolve("seed" + seed));
        Simulation simulation = new Simulation(seed, own, databases);
        try {
            simulation.run();
            clear(own);
        } catch (RuntimeException | Error e) {
            String trace = Arrays.stream(e.getStackTrace())
                    .filter(frame -> frame.getClassName().startsWith("io.firn"))
                    .map(frame -> "  at " + frame)
                    .collect(Collectors.joining("\n", e + "\n", ""));
            failures.add("seed %d failed; run it again with -Dfirn.simulation.seed=%d%n%s%n%s"
                    .formatted(seed, seed, String.join("\n", simulation.script()), trace));
        }
    }

    private static void clear(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
