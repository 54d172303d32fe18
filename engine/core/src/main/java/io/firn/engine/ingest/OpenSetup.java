package io.firn.engine.ingest;

/** A writer's parts, of which the source is closed with this. */
public record OpenSetup(IngestSetup setup) implements AutoCloseable {
    @Override
    public void close() {
        setup.source().close();
    }
}
