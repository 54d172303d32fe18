package io.firn.compactor.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.firn.compactor.commit.Planned;
import io.firn.compactor.plan.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.util.JsonUtil;

/** Journal entries as JSON; files in the form of Iceberg's REST specification. */
final class JournalFormat {
    private final Map<Integer, PartitionSpec> specs;

    JournalFormat(Map<Integer, PartitionSpec> specs) {
        this.specs = specs;
    }

    String write(JournalEntry entry) {
        return JsonUtil.generate(json -> write(entry, json), true);
    }

    private void write(JournalEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("operation", entry.operation());
        json.writeStringField("host", entry.owner().host());
        json.writeNumberField("pid", entry.owner().pid());
        json.writeNumberField("started", entry.owner().startedMillis());
        json.writeNumberField("at", entry.at().toEpochMilli());
        JsonUtil.writeStringArray("evidence", entry.evidence(), json);
        if (entry.work() != null) {
            write(entry.work(), json);
        }
        json.writeEndObject();
    }

    private void write(JournalEntry.Work work, JsonGenerator json) throws IOException {
        json.writeNumberField("snapshot-id", work.planned().snapshotId());
        json.writeNumberField("sequence-number", work.planned().sequenceNumber());
        json.writeStringField("reason", work.reason().name());
        json.writeNumberField("depth", work.depth());
        json.writeStringField("partition", work.partitionName());
        json.writeArrayFieldStart("inputs");
        for (JournalEntry.Input input : work.inputs()) {
            json.writeStartObject();
            json.writeStringField("path", input.path());
            json.writeNumberField("deleted-rows", input.deletedRows());
            json.writeBooleanField("pinned", input.pinned());
            files("deletes", input.deletes(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
        files("outputs", work.outputs(), json);
    }

    private void files(String name, List<? extends ContentFile<?>> files, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (ContentFile<?> file : files) {
            ContentFileParser.toJson(file, specs.get(file.specId()), json);
        }
        json.writeEndArray();
    }

    /** @throws RuntimeException when the text is not a whole entry */
    JournalEntry read(String text) {
        return JsonUtil.parse(text, this::read);
    }

    private JournalEntry read(JsonNode json) {
        Owner owner = new Owner(
                JsonUtil.getString("host", json), JsonUtil.getLong("pid", json), JsonUtil.getLong("started", json));
        return new JournalEntry(
                JsonUtil.getString("operation", json),
                owner,
                Instant.ofEpochMilli(JsonUtil.getLong("at", json)),
                json.has("outputs") ? work(json) : null,
                JsonUtil.getStringList("evidence", json));
    }

    private JournalEntry.Work work(JsonNode json) {
        List<JournalEntry.Input> inputs = new ArrayList<>();
        for (JsonNode input : JsonUtil.get("inputs", json)) {
            List<DeleteFile> deletes = new ArrayList<>();
            JsonUtil.get("deletes", input)
                    .forEach(file -> deletes.add((DeleteFile) ContentFileParser.fromJson(file, specs)));
            inputs.add(new JournalEntry.Input(
                    JsonUtil.getString("path", input),
                    deletes,
                    JsonUtil.getLong("deleted-rows", input),
                    JsonUtil.getBool("pinned", input)));
        }
        List<DataFile> outputs = new ArrayList<>();
        JsonUtil.get("outputs", json).forEach(file -> outputs.add((DataFile) ContentFileParser.fromJson(file, specs)));
        return new JournalEntry.Work(
                new Planned(JsonUtil.getLong("snapshot-id", json), JsonUtil.getLong("sequence-number", json)),
                Reason.valueOf(JsonUtil.getString("reason", json)),
                JsonUtil.getInt("depth", json),
                JsonUtil.getString("partition", json),
                inputs,
                outputs);
    }
}
