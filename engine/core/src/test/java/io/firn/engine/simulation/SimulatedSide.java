package io.firn.engine.simulation;

import io.firn.engine.ingest.SideThread;

/**
 * A process's second thread, which takes turns like everything else: the seed decides when it comes to its next step.
 */
final class SimulatedSide implements SideThread {
    private final Steps steps;
    private final Baton baton;
    private volatile boolean isIdle = true;

    SimulatedSide(Steps steps, Baton baton) {
        this.steps = steps;
        this.baton = baton;
    }

    @Override
    public void begin(Runnable task) {
        isIdle = false;
        Baton.Runner runner = steps.fork();
        Thread thread = new Thread(() -> live(task, runner), steps.process() + ", committing");
        thread.setDaemon(true);
        thread.start();
    }

    private void live(Runnable task, Baton.Runner runner) {
        baton.begin(runner);
        try {
            task.run();
        } finally {
            isIdle = true;
            steps.join();
            baton.leave(runner);
        }
    }

    @Override
    public boolean isIdle() {
        return isIdle;
    }

    @Override
    public void await() {
        while (!isIdle) {
            baton.pass(steps.runner());
        }
    }

    @Override
    public void close() {
        await();
    }
}
