package io.firn.bench.ingest;

import org.jspecify.annotations.Nullable;

/** Where messages go. */
interface MessageSink extends AutoCloseable {

    void send(String topic, byte[] key, byte @Nullable [] value);

    /** Waits until everything has arrived; throws {@link IllegalStateException} when something has not. */
    @Override
    void close();
}
