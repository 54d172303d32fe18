package io.firn.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One small workload, again and again, and each time something happens at the next step: nothing is lost and nothing is
 * doubled, wherever it is. {@code -Dfirn.simulation.everything=true} tries all that can happen.
 */
class EveryStepTest {
    private static final List<Strike> STRIKES = Boolean.getBoolean("firn.simulation.everything")
            ? List.of(Strike.values())
            : List.of(Strike.CRASH, Strike.TAKEOVER_ASLEEP);

    /** More steps than the writer does: nothing happens. */
    private static final int NEVER = 100_000;

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
    void nothingIsLostOrDoubledAtWhateverStepAWriterIsStruck() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        runs.script(Simulation::calm, simulation -> steps.set(simulation.struckAt(NEVER, Strike.CRASH)));
        int cases = steps.get() * STRIKES.size();
        assertThat(runs.failures(0, cases - 1, number -> {
                    int step = (int) (number % steps.get()) + 1;
                    Strike strike = STRIKES.get((int) (number / steps.get()));
                    return new Runs.Case(
                            strike + " at step " + step,
                            Simulation::calm,
                            simulation -> simulation.struckAt(step, strike));
                }))
                .isEmpty();
    }
}
