package io.firn.engine.simulation;

import io.firn.catalog.SourcePosition;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The source that all processes read. What was acknowledged is gone at once. */
final class SharedSource {
    private final MemorySource records;
    private final Map<String, Long> forgotten = new HashMap<>();

    SharedSource(MemorySource records) {
        this.records = records;
    }

    MemorySource records() {
        return records;
    }

    List<SourceRecord> read(SourcePosition from) {
        forgotten.forEach((partition, first) -> {
            if (Long.parseLong(from.tokens().getOrDefault(partition, "0")) < first) {
                throw new IllegalStateException(
                        "simulated: what was in %s before %d is gone".formatted(partition, first));
            }
        });
        records.start(from);
        return records.poll(Duration.ZERO);
    }

    void forget(SourcePosition before) {
        before.tokens().forEach((partition, offset) -> forgotten.merge(partition, Long.parseLong(offset), Math::max));
    }
}
