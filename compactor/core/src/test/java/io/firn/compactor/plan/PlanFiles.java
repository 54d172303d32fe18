package io.firn.compactor.plan;

import io.firn.compactor.layout.KeySpans;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.SortKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Makes files that exist in metadata only. */
public final class PlanFiles {
    public static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));
    public static final SortOrder BY_ID = SortOrder.builderFor(SCHEMA).asc("id").build();

    private final Map<Integer, ByteBuffer> lower = new HashMap<>();
    private final Map<Integer, ByteBuffer> upper = new HashMap<>();
    private final Map<Integer, Long> nulls = new HashMap<>();
    private final Map<Integer, Long> values = new HashMap<>();
    private final String name;
    private long bytes = 1000;
    private long rows = 100;
    private long deleted;
    private boolean pinned;

    private PlanFiles(String name) {
        this.name = name;
    }

    public static PlanFiles file(String name) {
        return new PlanFiles(name);
    }

    /** A file of {@code rows} rows of ten bytes each. */
    static LiveFile ids(String name, long from, long to, long rows) {
        return file(name).id(from, to).size(rows * 10, rows).live();
    }

    public PlanFiles id(long from, long to) {
        lower.put(1, Conversions.toByteBuffer(Types.LongType.get(), from));
        upper.put(1, Conversions.toByteBuffer(Types.LongType.get(), to));
        return this;
    }

    public PlanFiles name(@Nullable String from, @Nullable String to, long nullCount) {
        if (from != null && to != null) {
            lower.put(2, Conversions.toByteBuffer(Types.StringType.get(), from));
            upper.put(2, Conversions.toByteBuffer(Types.StringType.get(), to));
        }
        nulls.put(2, nullCount);
        values.put(2, rows);
        return this;
    }

    PlanFiles size(long newBytes, long newRows) {
        bytes = newBytes;
        rows = newRows;
        return this;
    }

    PlanFiles deleted(long newDeleted) {
        deleted = newDeleted;
        return this;
    }

    PlanFiles pinned() {
        pinned = true;
        return this;
    }

    public LiveFile live() {
        DataFile file = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(name)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(bytes)
                .withMetrics(new Metrics(rows, Map.of(), values, nulls, Map.of(), lower, upper))
                .build();
        return new LiveFile(file, List.of(), deleted, pinned);
    }

    public static SortKey key(SortOrder order) {
        return SortKey.of(SCHEMA, order, MetricsConfig.fromProperties(Map.of()));
    }

    static List<FileGroup> plan(List<LiveFile> files, PlanRules rules) {
        return plan(files, BY_ID, rules);
    }

    static List<FileGroup> plan(List<LiveFile> files, SortOrder order, PlanRules rules) {
        return new Planner(rules, 0)
                .groups(new Planner.Partition(
                        0,
                        new PartitionData(PartitionSpec.unpartitioned().partitionType()),
                        "",
                        KeySpans.place(files, key(order))));
    }

    static List<String> names(FileGroup group) {
        return group.files().stream().map(LiveFile::path).sorted().toList();
    }
}
