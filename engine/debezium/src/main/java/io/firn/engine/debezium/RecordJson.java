package io.firn.engine.debezium;

import io.firn.engine.source.SourceRecord;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;

/** Debezium's records as the JSON that Kafka Connect would write, without schemas. */
final class RecordJson {
    /** Otherwise a NULL in a column that has a default is written as that default. */
    private static final Map<String, String> FORM =
            Map.of("schemas.enable", "false", "replace.null.with.default", "false");

    private final JsonConverter keys = new JsonConverter();
    private final JsonConverter values = new JsonConverter();

    RecordJson() {
        keys.configure(FORM, true);
        values.configure(FORM, false);
    }

    SourceRecord convert(org.apache.kafka.connect.source.SourceRecord record, long offset) {
        return new SourceRecord(
                record.topic(),
                0,
                offset,
                keys.fromConnectData(record.topic(), record.keySchema(), record.key()),
                values.fromConnectData(record.topic(), record.valueSchema(), record.value()));
    }
}
