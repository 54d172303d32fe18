package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.engine.cut.TransactionEnd;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what Debezium sends beside changes: the ends of transactions and logical messages. */
public final class ControlRecords {
    /** Debezium counts a message as an event of a table with a Java object's name. */
    private static final String MESSAGE_ID = "LogicalDecodingMessageId";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ControlRecords() {}

    /**
     * @return the end of a transaction; empty for its beginning
     * @throws UndecodableException when the record is neither
     */
    public static Optional<TransactionEnd> transactionEnd(RecordFormat format, byte[] value)
            throws UndecodableException {
        JsonNode record = format.tree(value);
        String status = record.path("status").asText();
        if (!status.equals("END")) {
            if (status.equals("BEGIN")) {
                return Optional.empty();
            }
            throw new UndecodableException("status " + status + " is neither BEGIN nor END");
        }
        Map<String, Long> events = new HashMap<>();
        long messages = 0;
        for (JsonNode table : record.path("data_collections")) {
            String name = table.path("data_collection").asText();
            long count = table.path("event_count").asLong();
            if (name.contains(MESSAGE_ID)) {
                messages += count;
            } else {
                events.merge(name, count, Long::sum);
            }
        }
        String[] id = record.path("id").asText().split(":", -1);
        if (id.length != 2) {
            throw new UndecodableException("id " + record.path("id").asText() + " is not a transaction and a position");
        }
        return Optional.of(new TransactionEnd(
                Long.parseLong(id[0]),
                Long.parseLong(id[1]),
                record.path("ts_ms").asLong() * 1000,
                events,
                messages));
    }

    /**
     * A message of {@code pg_logical_emit_message}.
     *
     * @param transaction the transaction it is part of; -1 for one outside any
     * @param precedingCommitLsn as {@link ChangeRow#precedingCommitLsn()}
     * @param place grows with the messages of a transaction
     * @param lsn the message's log sequence number
     * @param committedMicros the commit time of its transaction in microseconds since the epoch
     */
    public record Message(
            String prefix,
            String content,
            long transaction,
            long precedingCommitLsn,
            long place,
            long lsn,
            long committedMicros) {}

    /** @throws UndecodableException when the record is not a message */
    public static Message message(RecordFormat format, byte[] value) throws UndecodableException {
        JsonNode record = format.tree(value);
        JsonNode message = record.path("message");
        if (!message.isObject()) {
            throw new UndecodableException("the record has no message");
        }
        byte[] content = Base64.getDecoder().decode(message.path("content").asText());
        boolean inTransaction = record.path("transaction").isObject();
        JsonNode source = record.path("source");
        return new Message(
                message.path("prefix").asText(),
                new String(content, StandardCharsets.UTF_8),
                inTransaction ? source.path("txId").asLong(-1) : -1,
                precedingCommit(source),
                record.path("transaction")
                        .path("total_order")
                        .asLong(source.path("lsn").asLong()),
                source.path("lsn").asLong(),
                committedMicros(source));
    }

    private static long committedMicros(JsonNode source) {
        return source.path("ts_us").asLong(source.path("ts_ms").asLong(0) * 1000);
    }

    private static long precedingCommit(JsonNode source) throws UndecodableException {
        try {
            JsonNode first =
                    JSON.readTree(source.path("sequence").asText("[null]")).path(0);
            return first.isNull() || first.isMissingNode() ? source.path("lsn").asLong() : first.asLong();
        } catch (JsonProcessingException e) {
            throw new UndecodableException("sequence " + source.path("sequence").asText() + " is not JSON");
        }
    }

    /** @return where a change that could not be decoded as a whole comes from, as far as that can be read */
    public static RecordOrigin origin(RecordFormat format, byte[] value) {
        try {
            JsonNode record = format.tree(value);
            JsonNode source = record.path("source");
            long lsn = source.path("lsn").asLong(0);
            if (lsn <= 0) {
                return RecordOrigin.UNKNOWN;
            }
            JsonNode transaction = record.path("transaction");
            long order = transaction.path("total_order").asLong(-1);
            return new RecordOrigin(
                    order < 0 ? -1 : source.path("txId").asLong(-1),
                    lsn,
                    precedingCommit(source),
                    order < 0 ? lsn : order,
                    committedMicros(source),
                    record.path("op").asText().equals("r"));
        } catch (UndecodableException e) {
            return RecordOrigin.UNKNOWN;
        }
    }
}
