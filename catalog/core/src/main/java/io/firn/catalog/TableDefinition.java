package io.firn.catalog;

import io.firn.catalog.config.PartitionTerm;
import io.firn.catalog.config.SortTerm;
import io.firn.catalog.config.TableConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;

/**
 * What a table of the lake looks like before it exists: the current table, and the change log beside it.
 *
 * @param name the lake's name for the table; the change log adds {@code _changes}
 * @param source the table's columns
 * @param key the columns that identify a row; not empty
 * @param partitionBy Iceberg transforms; empty for none
 * @param sortBy most significant first; empty for none
 * @param formatVersion 3 for deletion vectors, 2 for position deletes
 */
public record TableDefinition(
        String name,
        SourceTable source,
        List<String> key,
        List<PartitionTerm> partitionBy,
        List<SortTerm> sortBy,
        int formatVersion) {
    /** The table property that names the columns, separated by commas, along whose Hilbert curve rows are clustered. */
    public static final String CLUSTER_BY = "firn.cluster-by";

    /** What a change log's name adds to its table's. */
    public static final String CHANGES_SUFFIX = "_changes";

    public TableDefinition {
        key = List.copyOf(key);
        partitionBy = List.copyOf(partitionBy);
        sortBy = List.copyOf(sortBy);
        if (key.isEmpty()) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "tables.%s has no key: %s has no primary key, so name the columns that identify a row in tables.%s.key"
                            .formatted(name, source.name(), name));
        }
        if (formatVersion != 2 && formatVersion != 3) {
            throw new IllegalArgumentException("format version must be 2 or 3 but was " + formatVersion);
        }
    }

    /** @return the definition of a configured table whose columns are those of {@code source} */
    public static TableDefinition of(String name, TableConfig config, SourceTable source) {
        return new TableDefinition(
                name, source, config.key(), config.partitionBy(), config.sortBy(), config.formatVersion());
    }

    /** @return the name of a table's change log */
    public static String changeLogOf(String table) {
        return table + CHANGES_SUFFIX;
    }

    /** @return the schema of the current table: the source's columns, the key's required and identifying */
    public Schema currentSchema() {
        return Schemas.current(source, key, name);
    }

    /** @return the schema of the change log */
    public Schema changeLogSchema() {
        return Schemas.changeLog(currentSchema());
    }

    PartitionSpec currentSpec() {
        return Layouts.partitionSpec(currentSchema(), partitionBy, "tables." + name + ".partition-by");
    }

    SortOrder currentOrder() {
        return Layouts.sortOrder(currentSchema(), sortBy, "tables." + name + ".sort-by");
    }

    PartitionSpec changeLogSpec() {
        return PartitionSpec.builderFor(changeLogSchema())
                .day(ChangeLogColumns.SOURCE_TIME)
                .build();
    }

    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("format-version", Integer.toString(formatVersion));
        properties.put("write.parquet.compression-codec", "zstd");
        properties.put("write.metadata.compression-codec", "gzip");
        properties.put("write.metadata.delete-after-commit.enabled", "true");
        properties.put("write.metadata.previous-versions-max", "20");
        properties.put("write.metadata.metrics.max-inferred-column-defaults", "300");
        properties.put("write.delete.mode", "merge-on-read");
        properties.put("write.update.mode", "merge-on-read");
        properties.put("write.merge.mode", "merge-on-read");
        properties.put("commit.retry.num-retries", "20");
        properties.put("commit.retry.min-wait-ms", "20");
        properties.put("firn.source", source.name());
        properties.put(SourceTable.Identity.PROPERTY, source.identity().text());
        String clusterBy = sortBy.stream()
                .filter(term -> term.direction() == SortTerm.Direction.HILBERT)
                .map(SortTerm::column)
                .collect(Collectors.joining(","));
        if (!clusterBy.isEmpty()) {
            properties.put(CLUSTER_BY, clusterBy);
        }
        return properties;
    }
}
