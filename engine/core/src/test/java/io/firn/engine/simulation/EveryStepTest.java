package io.firn.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One small workload, again and again, and each time something happens at the next step: nothing is lost and nothing is
 * doubled, wherever it is. {@code -Dfirn.simulation.everything=true} tries all that can happen.
 */
class EveryStepTest {
    private static final boolean EVERYTHING = Boolean.getBoolean("firn.simulation.everything");
    private static final List<Strike> STRIKES = EVERYTHING ? List.of(Strike.values()) : List.of(Strike.CRASH);

    /** Those by which a cut gets into the logs: two claims, the quarantine, two logs. */
    private static final int FIRST_COMMITS = 5;

    private Runs runs;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        runs = new Runs(folder);
    }

    @AfterEach
    void close() throws Exception {
        runs.close();
    }

    /** @return the steps of a writer that nothing happens to */
    private Steps undisturbed() throws Exception {
        AtomicReference<Steps> steps = new AtomicReference<>();
        runs.script(Simulation::calm, simulation -> steps.set(simulation.writer(Plan.NOTHING)));
        return Objects.requireNonNull(steps.get());
    }

    @Test
    void nothingIsLostOrDoubledAtWhateverStepAWriterIsStruck() throws Exception {
        Steps undisturbed = undisturbed();
        List<Integer> steps = EVERYTHING
                ? IntStream.rangeClosed(1, undisturbed.count()).boxed().toList()
                : undisturbed.afterChanges();
        assertThat(runs.failures(0, (long) steps.size() * STRIKES.size() - 1, number -> {
                    int step = steps.get((int) (number % steps.size()));
                    Strike strike = STRIKES.get((int) (number / steps.size()));
                    return new Runs.Case(
                            strike + " at step " + step,
                            Simulation::calm,
                            simulation -> simulation.writer(Plan.atStep(step, strike)));
                }))
                .isEmpty();
    }

    @Test
    void aWriterThatSleepsWhileItsSuccessorDiesChangesNothingWhenItWakesUp() throws Exception {
        int commits = EVERYTHING ? undisturbed().commits() : FIRST_COMMITS;
        assertThat(runs.failures(0, (long) commits * commits - 1, number -> {
                    int sleeps = (int) (number % commits) + 1;
                    int dies = (int) (number / commits) + 1;
                    return new Runs.Case(
                            "sleeping before commit %d while another dies after its commit %d".formatted(sleeps, dies),
                            Simulation::calm,
                            simulation -> simulation.writers(
                                    Plan.atCommit(sleeps, Strike.TAKEOVER_ASLEEP),
                                    Plan.atCommit(dies, Strike.CRASH_AFTER_COMMIT)));
                }))
                .isEmpty();
    }
}
