package io.firn.engine.ingest;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.SourcePosition;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One transaction that inserts into tables in turn, made while it is read, so that it never is in memory as a whole.
 */
final class GeneratedSource implements ChangeSource {
    private static final int POLL_RECORDS = 5_000;
    private static final int POLL_CHARACTERS = 16 << 20;
    private static final long LSN = 1_000;

    private final List<String> tables;
    private final long rows;
    private final String filling;
    private long next;

    /**
     * @param tables their names with {@code public.}
     * @param rows of all tables together
     * @param nameCharacters how long each row's text is
     */
    GeneratedSource(List<String> tables, long rows, int nameCharacters) {
        this.tables = tables;
        this.rows = rows;
        this.filling = "x".repeat(nameCharacters);
    }

    @Override
    public void start(SourcePosition position) {
        next = 0;
        position.tokens().values().forEach(offset -> next = Math.max(next, Long.parseLong(offset)));
    }

    @Override
    public List<SourceRecord> poll(Duration timeout) {
        List<SourceRecord> records = new ArrayList<>();
        int most = Math.max(1, Math.min(POLL_RECORDS, POLL_CHARACTERS / (filling.length() + 1)));
        for (; records.size() < most && next <= rows; next++) {
            records.add(next == rows ? end() : insert(next));
        }
        return records;
    }

    private SourceRecord insert(long number) {
        String table = tables.get((int) (number % tables.size()));
        String value = """
            {"before":null,"after":{"id":%1$d,"name":"%1$d%2$s","amount":"ZA=="},"source":{"txId":7,"lsn":%3$d,\
            "sequence":"[null,\\"%3$d\\"]","ts_us":1795000000000000},"transaction":{"id":"7:%3$d","total_order":%4$d,\
            "data_collection_order":1},"op":"c"}\
            """.formatted(number, filling, LSN + number, number + 1);
        return record(SmallLake.PREFIX + "." + table, number, value);
    }

    private SourceRecord end() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int i = 0; i < tables.size(); i++) {
            counts.put(tables.get(i), (rows - i + tables.size() - 1) / tables.size());
        }
        List<String> collections = new ArrayList<>();
        counts.forEach((table, count) ->
                collections.add("{\"data_collection\":\"%s\",\"event_count\":%d}".formatted(table, count)));
        return record(
                SmallLake.PREFIX + ".transaction",
                rows,
                "{\"status\":\"END\",\"id\":\"7:%d\",\"event_count\":%d,\"data_collections\":%s,\"ts_ms\":1795000000000}"
                        .formatted(LSN + rows, rows, collections));
    }

    private static SourceRecord record(String topic, long offset, String value) {
        return new SourceRecord(topic, 0, offset, null, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public SourcePosition positionAt(Map<Partition, Long> offsets) {
        Map<String, String> tokens = new TreeMap<>();
        offsets.forEach((partition, offset) -> tokens.put(partition.token(), Long.toString(offset)));
        return new SourcePosition(tokens);
    }

    @Override
    public boolean isCovered(SourceRecord record, SourcePosition position) {
        return false;
    }

    @Override
    public void acknowledge(SourcePosition position, List<CommitReceipt> receipts) {}

    @Override
    public SourcePosition present() {
        return positionAt(Map.of(new Partition(SmallLake.PREFIX + ".transaction", 0), rows + 1));
    }

    @Override
    public boolean hasReached(SourcePosition position, SourcePosition goal) {
        return position.tokens().entrySet().containsAll(goal.tokens().entrySet());
    }

    @Override
    public void close() {}
}
