package io.firn.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random runs of the writer with a fault at any step. {@code -Dfirn.simulation.seeds=10000} runs so many seeds, from
 * {@code -Dfirn.simulation.first}; {@code -Dfirn.simulation.seed=4711} runs one of them again.
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("firn.simulation.seeds", 150);
    private static final long FIRST = Long.getLong("firn.simulation.first", 1);
    private static final long ONLY = Long.getLong("firn.simulation.seed", -1);

    private Runs runs;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        runs = new Runs(folder);
    }

    @AfterEach
    void close() throws Exception {
        runs.close();
    }

    @Test
    void sourceEqualsLakeWhateverGoesWrong() throws Exception {
        long first = ONLY < 0 ? FIRST : ONLY;
        long last = ONLY < 0 ? FIRST + SEEDS - 1 : ONLY;
        assertThat(runs.failures(first, last, SimulationTest::seed)).isEmpty();
    }

    @Test
    void theSameSeedIsTheSameRun() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            Runs.Case same = seed(seed);
            assertThat(runs.script(same.maker(), same.run())).isEqualTo(runs.script(same.maker(), same.run()));
        }
    }

    private static Runs.Case seed(long seed) {
        return new Runs.Case(
                "seed %d (run it again with -Dfirn.simulation.seed=%d)".formatted(seed, seed),
                (folder, databases) -> new Simulation(seed, folder, databases),
                Simulation::run);
    }
}
