package io.firn.engine.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.engine.source.SourceRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * The first reading of the tables as one transaction, which Debezium does not make of it. A snapshot cannot be
 * continued, only taken again at another place, so a cut holds all of it or nothing.
 *
 * <p>When the lake may hold rows of an earlier snapshot, the transaction begins with a truncate of each table.
 */
final class SnapshotTransaction {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PostgresSettings settings;
    private final long lsn;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private long events;
    private long transaction;
    private long micros;
    private boolean truncates;

    /** @param lsn the place at which every row of the snapshot is what it is */
    SnapshotTransaction(PostgresSettings settings, long lsn, Rows before) {
        this.settings = settings;
        this.lsn = lsn;
        this.truncates = before == Rows.POSSIBLE;
    }

    /** What the tables of the lake may hold before the snapshot. */
    enum Rows {
        NONE,
        POSSIBLE
    }

    long lsn() {
        return lsn;
    }

    /** @return the truncates with which the transaction begins, the first time it is asked */
    List<SourceRecord> begin(Map<String, ?> offset, long firstOffset) {
        transaction = number(offset.get("txId"));
        micros = number(offset.get("ts_usec"));
        List<SourceRecord> records = new ArrayList<>();
        if (truncates) {
            truncates = false;
            for (String table : settings.tables()) {
                byte[] value = json(truncate(table));
                records.add(new SourceRecord(
                        settings.topicPrefix() + "." + table, 0, firstOffset + records.size(), null, value));
            }
        }
        return records;
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private Map<String, Object> truncate(String table) {
        Map<String, Object> source = new TreeMap<>();
        source.put("schema", table.substring(0, table.indexOf('.')));
        source.put("table", table.substring(table.indexOf('.') + 1));
        source.put("snapshot", "true");
        source.put("lsn", lsn);
        // After every transaction before the snapshot, and before the first one after it.
        source.put("sequence", "[\"%d\",\"%d\"]".formatted(lsn - 1, lsn));
        source.put("txId", transaction);
        source.put("ts_ms", micros / 1000);
        source.put("ts_us", micros);
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("source", source);
        value.put(
                "transaction",
                Map.of(
                        "id",
                        id(),
                        "total_order",
                        ++events,
                        "data_collection_order",
                        counts.merge(table, 1L, Long::sum)));
        value.put("op", "t");
        value.put("ts_ms", micros / 1000);
        return value;
    }

    /** Makes a row of the snapshot an event of the transaction. */
    void join(Struct row) {
        Struct source = row.getStruct("source");
        String table = source.getString("schema") + "." + source.getString("table");
        Schema block = row.schema().field("transaction").schema();
        row.put(
                "transaction",
                new Struct(block)
                        .put("id", id())
                        .put("total_order", ++events)
                        .put("data_collection_order", counts.merge(table, 1L, Long::sum)));
    }

    /** @return the end of the transaction */
    SourceRecord end(long offset) {
        List<Map<String, Object>> collections = new ArrayList<>();
        counts.forEach((table, count) -> {
            Map<String, Object> collection = new LinkedHashMap<>();
            collection.put("data_collection", table);
            collection.put("event_count", count);
            collections.add(collection);
        });
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("status", "END");
        value.put("id", id());
        value.put("event_count", events);
        value.put("data_collections", collections);
        value.put("ts_ms", micros / 1000);
        return new SourceRecord(settings.transactionTopic(), 0, offset, json(Map.of("id", id())), json(value));
    }

    private String id() {
        return transaction + ":" + lsn;
    }

    private static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
