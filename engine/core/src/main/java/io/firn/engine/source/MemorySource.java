package io.firn.engine.source;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.SourcePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A {@link ChangeSource} on the heap, for tests and for simulation. Keeps every record, acknowledged or not. */
public final class MemorySource implements ChangeSource {
    private static final int POLL_RECORDS = 500;

    private final Map<Partition, List<SourceRecord>> logs = new HashMap<>();
    private final Map<Partition, Integer> next = new HashMap<>();
    private SourcePosition acknowledged = SourcePosition.EMPTY;

    /** Adds a record to the end of a partition; its offset follows from those before it. */
    public synchronized void append(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
        List<SourceRecord> log = logs.computeIfAbsent(new Partition(topic, partition), p -> new ArrayList<>());
        log.add(new SourceRecord(topic, partition, log.size(), key, value));
    }

    /** @return the last position that was acknowledged */
    public synchronized SourcePosition acknowledged() {
        return acknowledged;
    }

    @Override
    public synchronized void start(SourcePosition position) {
        next.clear();
        position.tokens().forEach((token, offset) -> next.put(partition(token), Integer.parseInt(offset)));
    }

    private static Partition partition(String token) {
        int slash = token.lastIndexOf('/');
        return new Partition(token.substring(0, slash), Integer.parseInt(token.substring(slash + 1)));
    }

    @Override
    public synchronized List<SourceRecord> poll(Duration timeout) {
        List<SourceRecord> polled = new ArrayList<>();
        for (Map.Entry<Partition, List<SourceRecord>> log : logs.entrySet()) {
            int from = next.getOrDefault(log.getKey(), 0);
            int to = Math.min(log.getValue().size(), from + POLL_RECORDS);
            polled.addAll(log.getValue().subList(Math.min(from, to), to));
            next.put(log.getKey(), Math.max(from, to));
        }
        return polled;
    }

    @Override
    public SourcePosition positionAt(Map<Partition, Long> offsets) {
        Map<String, String> tokens = new TreeMap<>();
        offsets.forEach((partition, offset) -> tokens.put(partition.token(), Long.toString(offset)));
        return new SourcePosition(tokens);
    }

    @Override
    public boolean isCovered(SourceRecord record, SourcePosition position) {
        return record.offset() < offset(position, new Partition(record.topic(), record.partition()).token());
    }

    private static long offset(SourcePosition position, String token) {
        return Long.parseLong(position.tokens().getOrDefault(token, "0"));
    }

    @Override
    public synchronized void acknowledge(SourcePosition position, List<CommitReceipt> receipts) {
        acknowledged = position;
    }

    @Override
    public synchronized SourcePosition present() {
        Map<String, String> tokens = new TreeMap<>();
        logs.forEach((partition, log) -> tokens.put(partition.token(), Integer.toString(log.size())));
        return new SourcePosition(tokens);
    }

    @Override
    public boolean hasReached(SourcePosition position, SourcePosition goal) {
        return goal.tokens().keySet().stream().allMatch(token -> offset(position, token) >= offset(goal, token));
    }

    @Override
    public void close() {}
}
