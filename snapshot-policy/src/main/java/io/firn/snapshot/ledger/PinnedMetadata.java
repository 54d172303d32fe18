package io.firn.snapshot.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.firn.catalog.Cut;
import io.firn.snapshot.PinnedFiles;
import io.firn.snapshot.TextFiles;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;

/**
 * A metadata file of its own for a tagged snapshot: the table as if that snapshot were its current and only one.
 * Whoever reads Iceberg metadata by its location can read it and has to know nothing of tags.
 */
public final class PinnedMetadata {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PinnedMetadata() {}

    /** Writes the file unless it is there, and returns its location. */
    public static String write(Table table, String tag, Snapshot snapshot) {
        String location = PinnedFiles.location(table, tag);
        if (!table.io().newInputFile(location).exists()) {
            TextFiles.write(table.io(), location, text(table, snapshot));
        }
        return location;
    }

    private static String text(Table table, Snapshot snapshot) {
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(TableMetadataParser.toJson(metadata));
            pin(root, snapshot);
            String text = JSON.writeValueAsString(root);
            TableMetadataParser.fromJson(text);
            return text;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pin(ObjectNode root, Snapshot snapshot) {
        root.put("current-snapshot-id", snapshot.snapshotId());
        root.put("last-updated-ms", snapshot.timestampMillis());
        if (snapshot.schemaId() != null) {
            root.put("current-schema-id", snapshot.schemaId());
        }
        keepOnly(root, "snapshots", snapshot.snapshotId());
        keepOnly(root, "statistics", snapshot.snapshotId());
        keepOnly(root, "partition-statistics", snapshot.snapshotId());
        ObjectNode main = root.putObject("refs").putObject(SnapshotRef.MAIN_BRANCH);
        main.put("snapshot-id", snapshot.snapshotId()).put("type", "branch");
        root.putArray("snapshot-log")
                .addObject()
                .put("timestamp-ms", snapshot.timestampMillis())
                .put("snapshot-id", snapshot.snapshotId());
        root.putArray("metadata-log");
        ObjectNode properties = (ObjectNode) root.get("properties");
        Cut.of(snapshot.summary()).ifPresent(cut -> cut.properties().forEach(properties::put));
    }

    private static void keepOnly(ObjectNode root, String name, long snapshotId) {
        JsonNode all = root.get(name);
        if (all != null) {
            ArrayNode kept = JSON.createArrayNode();
            all.forEach(one -> {
                if (one.get("snapshot-id").asLong() == snapshotId) {
                    kept.add(one);
                }
            });
            root.set(name, kept);
        }
    }
}
