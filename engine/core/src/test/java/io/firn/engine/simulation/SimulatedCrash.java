package io.firn.engine.simulation;

/** The process is gone: nothing it would still do has an effect. An error, so that no handler survives it. */
final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String step) {
        super("crash at " + step);
    }
}
