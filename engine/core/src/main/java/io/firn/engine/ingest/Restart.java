package io.firn.engine.ingest;

import io.firn.catalog.Cut;
import io.firn.catalog.SourcePosition;

/**
 * Lets the writer go on elsewhere in the source when it cannot go on where it was. What lies between is in no change
 * log: the rows have to be compared with the source afterwards.
 *
 * <p>No other writer may be at work: of two, the one that was started first is fenced.
 */
public final class Restart implements AutoCloseable {
    private final Ingest ingest;

    /** Opens every configured table and brings it up to its change log. */
    public Restart(IngestSetup setup) {
        this.ingest = Ingest.beside(setup);
    }

    /**
     * Goes on at a position.
     *
     * @return the cut that notes it
     */
    public Cut at(SourcePosition position) {
        return ingest.goOnAt(position);
    }

    @Override
    public void close() {
        ingest.close();
    }
}
