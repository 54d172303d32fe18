package io.firn.engine.simulation;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.SourcePosition;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.MemorySource;
import io.firn.engine.source.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One process's view of the shared source: delivers topics at different speeds. */
final class SimulatedSource implements ChangeSource {
    private final SharedSource shared;
    private final MemorySource source;
    private final Random random;
    private final Steps owner;
    private final Consumer<SourcePosition> acknowledged;
    private final Map<String, Deque<SourceRecord>> waiting = new TreeMap<>();
    private SourcePosition next = SourcePosition.EMPTY;

    SimulatedSource(SharedSource shared, Random random, Steps owner, Consumer<SourcePosition> acknowledged) {
        this.shared = shared;
        this.source = shared.records();
        this.random = random;
        this.owner = owner;
        this.acknowledged = acknowledged;
    }

    @Override
    public void start(SourcePosition position) {
        owner.step("start reading");
        waiting.clear();
        next = position;
    }

    @Override
    public List<SourceRecord> poll(Duration timeout) {
        owner.step("poll");
        Map<Partition, Long> offsets = new HashMap<>();
        for (SourceRecord record : shared.read(next)) {
            waiting.computeIfAbsent(record.topic() + "/" + record.partition(), token -> new ArrayDeque<>())
                    .add(record);
            offsets.put(new Partition(record.topic(), record.partition()), record.offset() + 1);
        }
        next = next.plus(source.positionAt(offsets));
        List<SourceRecord> polled = new ArrayList<>();
        for (Deque<SourceRecord> partition : waiting.values()) {
            for (int i = random.nextInt(30); i > 0 && !partition.isEmpty(); i--) {
                polled.add(partition.remove());
            }
        }
        return polled;
    }

    @Override
    public SourcePosition positionAt(Map<Partition, Long> offsets) {
        return source.positionAt(offsets);
    }

    @Override
    public boolean isCovered(SourceRecord record, SourcePosition position) {
        return source.isCovered(record, position);
    }

    @Override
    public void acknowledge(SourcePosition position, List<CommitReceipt> receipts) {
        owner.step("acknowledge");
        acknowledged.accept(position);
        shared.forget(position);
    }

    @Override
    public SourcePosition present() {
        return source.present();
    }

    @Override
    public boolean hasReached(SourcePosition position, SourcePosition goal) {
        return source.hasReached(position, goal);
    }

    @Override
    public void close() {}
}
