package io.firn.catalog.snowflake;

import io.firn.catalog.TableDefinition;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableUtil;

/**
 * What Snowflake is to know of one table of the lake.
 *
 * @param metadataLocation the table's metadata file of this moment
 * @param pinLocation where a day's pinned metadata is, with {@link #TAG} for the day's tag
 * @param summary of the current snapshot; empty when there is none
 * @param partitions names of the partition transforms, as {@code bucket[8](product_id)}
 */
public record LakeTable(
        String name,
        Schema schema,
        String metadataLocation,
        String pinLocation,
        int formatVersion,
        Map<String, String> summary,
        List<String> partitions) {

    /** Stands for a tag. */
    public static final String TAG = "{tag}";

    public LakeTable {
        summary = Map.copyOf(summary);
        partitions = List.copyOf(partitions);
    }

    /**
     * What is to know of a table as it is now.
     *
     * @param pinLocation where a day's pinned metadata is, with {@link #TAG} for the day's tag
     */
    public static LakeTable of(String name, Table table, String pinLocation) {
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        List<String> partitions = table.spec().fields().stream()
                .map(field -> field.transform() + "(" + table.schema().findColumnName(field.sourceId()) + ")")
                .toList();
        return new LakeTable(
                name,
                table.schema(),
                metadata.metadataFileLocation(),
                pinLocation,
                TableUtil.formatVersion(table),
                table.currentSnapshot() == null
                        ? Map.of()
                        : table.currentSnapshot().summary(),
                partitions);
    }

    boolean isChangeLog() {
        return name.endsWith(TableDefinition.CHANGES_SUFFIX);
    }

    /** The names of the identifier columns, in order. */
    List<String> key() {
        return schema.columns().stream()
                .map(column -> column.name())
                .filter(schema.identifierFieldNames()::contains)
                .toList();
    }
}
