package io.firn.engine.debezium;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.SourcePosition;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Polls a source and remembers what a writer would. */
final class Reading {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(50);

    final List<SourceRecord> records = new ArrayList<>();
    private final PostgresSource source;
    private final Map<Partition, Long> next = new HashMap<>();
    private SourcePosition position;

    Reading(PostgresSource source, SourcePosition from) {
        this.source = source;
        this.position = from;
        source.start(from);
    }

    Reading poll() {
        for (SourceRecord record : source.poll(POLL)) {
            records.add(record);
            next.put(new Partition(record.topic(), record.partition()), record.offset() + 1);
        }
        position = position.plus(source.positionAt(next));
        return this;
    }

    Reading until(SourcePosition goal) {
        await().atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> source.hasReached(poll().position, goal));
        return this;
    }

    Reading untilNow() {
        return until(source.present());
    }

    SourcePosition position() {
        return position;
    }

    /** @return {@code op id} of each change, as in {@code c 7} */
    List<String> changes() {
        return records.stream()
                .map(Reading::json)
                .filter(value -> value.has("op") && !value.has("message"))
                .map(value -> (value.path("op").asText() + " "
                                + value.path("after").path("id").asText())
                        .strip())
                .toList();
    }

    /** @return the records of the transaction topic that end one */
    List<JsonNode> ends() {
        return records.stream()
                .map(Reading::json)
                .filter(value -> value.path("status").asText().equals("END"))
                .toList();
    }

    static JsonNode json(SourceRecord record) {
        try {
            return JSON.readTree(Objects.requireNonNull(record.value()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
