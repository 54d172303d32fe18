package io.firn.catalog.config;

import java.util.List;
import java.util.Map;

/**
 * One table of the lake.
 *
 * @param source {@code schema.table} in the source
 * @param key column names, at least one
 * @param partitionBy how rows are spread over partitions; empty for none
 * @param sortBy order inside files; the key when the file names none
 * @param reads what readers ask for most; empty when nobody said
 * @param formatVersion Iceberg's: 3 (deletion vectors) or 2 (positional delete files)
 * @param quarantineThreshold rows of one commit that may go to quarantine before the table stops
 * @param rename what columns are called now, by what they were called before
 * @param gate what rows have to pass on their way into the lake
 */
public record TableConfig(
        String source,
        List<String> key,
        List<PartitionTerm> partitionBy,
        List<SortTerm> sortBy,
        List<ReadTerm> reads,
        int formatVersion,
        long quarantineThreshold,
        Map<String, String> rename,
        GateConfig gate) {

    public TableConfig {
        key = List.copyOf(key);
        partitionBy = List.copyOf(partitionBy);
        sortBy = List.copyOf(sortBy);
        reads = List.copyOf(reads);
        rename = Map.copyOf(rename);
    }

    /** A table that takes every row as it is, and of whose readers nothing is known. */
    public TableConfig(
            String source,
            List<String> key,
            List<PartitionTerm> partitionBy,
            List<SortTerm> sortBy,
            int formatVersion,
            long quarantineThreshold,
            Map<String, String> rename) {
        this(source, key, partitionBy, sortBy, List.of(), formatVersion, quarantineThreshold, rename, GateConfig.OPEN);
    }

    /** The schema part of {@link #source()}. */
    public String sourceSchema() {
        return source.substring(0, source.indexOf('.'));
    }

    /** The table part of {@link #source()}. */
    public String sourceTable() {
        return source.substring(source.indexOf('.') + 1);
    }
}
