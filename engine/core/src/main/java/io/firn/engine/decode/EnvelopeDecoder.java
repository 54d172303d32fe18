package io.firn.engine.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.firn.catalog.SourceTable.Identity;
import java.io.IOException;

/**
 * Decodes one table's Debezium envelopes, with and without the embedded schema. Not safe for use by several threads.
 *
 * @see <a
 *     href="https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-change-events-value">Debezium's
 *     description of the envelope</a>
 */
public final class EnvelopeDecoder {
    private final TableCodec table;
    private final Identity identity;
    private final ChangeRow row;

    /** @param identity how much of the row before a change can be believed */
    public EnvelopeDecoder(TableCodec table, Identity identity) {
        this.table = table;
        this.identity = identity;
        this.row = new ChangeRow(table.size());
    }

    /**
     * @param envelope UTF-8 JSON
     * @return the change, valid until the next call
     * @throws UndecodableException when it is not a change of this table, with the reason
     */
    public ChangeRow decode(byte[] envelope) throws UndecodableException {
        try (JsonParser json = new JsonFormat().open(envelope)) {
            return decode(json);
        } catch (IOException e) {
            throw unreadable(e, "JSON");
        }
    }

    static UndecodableException unreadable(IOException e, String format) {
        return e instanceof JsonProcessingException json
                ? new UndecodableException("the record is not " + format + ": " + json.getOriginalMessage())
                : new UndecodableException("the record cannot be read: " + e.getMessage());
    }

    /** @param json stands on the first token of the envelope, or of an object that has it as its payload */
    ChangeRow decode(JsonParser json) throws IOException, UndecodableException {
        row.clear();
        readEnvelope(json);
        complete();
        return row;
    }

    private void readEnvelope(JsonParser json) throws IOException, UndecodableException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "payload" -> readEnvelope(json);
                case "before" -> row.hasBefore = value == JsonToken.START_OBJECT && table.read(json, row.before);
                case "after" -> row.hasAfter = value == JsonToken.START_OBJECT && table.read(json, row.after);
                case "source" -> readSource(json);
                case "transaction" -> readTransaction(json);
                case "op" -> row.operation = operation(json);
                default -> json.skipChildren();
            }
        }
    }

    private static char operation(JsonParser json) throws IOException, UndecodableException {
        String operation = json.getText();
        if (operation.length() != 1 || "rcudt".indexOf(operation.charAt(0)) < 0) {
            throw new UndecodableException("op " + operation + " is none of r, c, u, d, t");
        }
        return operation.charAt(0);
    }

    private void readSource(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        long millis = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "lsn" -> row.lsn = json.getLongValue();
                case "txId" -> row.transaction = json.getLongValue();
                case "ts_us" -> row.sourceMicros = json.getLongValue();
                case "ts_ms" -> millis = json.getLongValue();
                case "sequence" -> row.precedingCommitLsn = precedingCommit(sequence(json));
                default -> json.skipChildren();
            }
        }
        if (row.sourceMicros == 0) {
            row.sourceMicros = millis * 1000;
        }
    }

    /** Its digits, for which what is escaped need not be made into text, which takes longer than reading them. */
    private static String sequence(JsonParser json) throws IOException {
        String written = json instanceof JsonBytes bytes ? bytes.written() : "\\u";
        return written.contains("\\u") ? json.getText() : written;
    }

    /** The first of the two numbers in {@code ["24367568","24367624"]}; -1 for null. */
    private static long precedingCommit(String sequence) {
        long value = -1;
        for (int i = 0; i < sequence.length() && sequence.charAt(i) != ','; i++) {
            int digit = sequence.charAt(i) - '0';
            if (digit >= 0 && digit <= 9) {
                value = Math.max(value, 0) * 10 + digit;
            }
        }
        return value;
    }

    private void readTransaction(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean isOrder = json.currentName().equals("total_order");
            json.nextToken();
            if (isOrder) {
                row.transactionOrder = json.getLongValue();
            } else {
                json.skipChildren();
            }
        }
    }

    private void complete() throws UndecodableException {
        switch (row.operation) {
            case 0 -> throw new UndecodableException("the record has no op: it is not a Debezium envelope");
            case 'r', 'c', 'u' -> {
                require(row.hasAfter, "after");
                table.fillFromBefore(row);
                table.requireKey(row.after, "after");
                table.requireReadable(row.after);
            }
            case 'd' -> {
                require(row.hasBefore, "before");
                table.requireKey(row.before, "before");
                table.keyFromBefore(row);
                row.hasBefore = identity == Identity.FULL;
            }
            default -> {}
        }
    }

    private void require(boolean present, String image) throws UndecodableException {
        if (!present) {
            throw new UndecodableException("op " + row.operation + " has no " + image + " image");
        }
    }
}
