package io.firn.compactor.estimate;

import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.plan.Clustering;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.PlanRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is worth to readers. The files that will be there are imagined: the values at which the group's files
 * begin and end say roughly how its rows are spread over the leading column of the sort order, and each new file gets
 * its share. Where that column is not known, a rewrite is taken to help no reader but by the rows it drops.
 */
public final class Reads {
    private final Table table;
    private final PlanRules rules;
    private final @Nullable NestedField leading;

    /** Estimates for readers of a table, which is rewritten by these rules. */
    public Reads(Table table, PlanRules rules) {
        this.table = table;
        this.rules = rules;
        this.leading = leading(table);
    }

    private static @Nullable NestedField leading(Table table) {
        if (table.sortOrder().isUnsorted() || !Clustering.columns(table).isEmpty()) {
            return null;
        }
        SortField first = table.sortOrder().fields().get(0);
        return first.transform().isIdentity() ? table.schema().asStruct().field(first.sourceId()) : null;
    }

    /** Returns a figure for each of the plan's groups, in their order. */
    public List<ReadBytes> of(CompactionPlan plan, List<Expression> reads) {
        if (plan.isEmpty()) {
            return List.of();
        }
        List<ReadBytes> bytes = new ArrayList<>(
                plan.groups().stream().map(group -> ReadBytes.NONE).toList());
        for (Expression read : reads) {
            Map<String, Long> opened = opened(plan, read);
            for (int i = 0; i < bytes.size(); i++) {
                bytes.set(i, bytes.get(i).plus(of(plan.groups().get(i), read, opened)));
            }
        }
        return bytes;
    }

    /** Returns the sizes of the files that a reader has to open, by location. */
    private Map<String, Long> opened(CompactionPlan plan, Expression read) {
        Map<String, Long> opened = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan()
                .useSnapshot(Objects.requireNonNull(plan.snapshotId()))
                .filter(read)
                .planFiles()) {
            tasks.forEach(task -> opened.put(task.file().location(), task.file().fileSizeInBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return opened;
    }

    private ReadBytes of(FileGroup group, Expression read, Map<String, Long> opened) {
        long before = group.files().stream()
                .mapToLong(file -> opened.getOrDefault(file.path(), 0L))
                .sum();
        return before == 0 ? ReadBytes.NONE : new ReadBytes(before, Math.min(before, after(group, read)));
    }

    private long after(FileGroup group, Expression read) {
        long live = group.bytes() - Estimate.deletedBytes(group);
        List<DataFile> imagined = leading == null ? List.of() : imagined(group, leading, live);
        if (imagined.isEmpty()) {
            return live;
        }
        InclusiveMetricsEvaluator evaluator = new InclusiveMetricsEvaluator(table.schema(), read);
        return imagined.stream()
                .filter(evaluator::eval)
                .mapToLong(DataFile::fileSizeInBytes)
                .sum();
    }

    private List<DataFile> imagined(FileGroup group, NestedField column, long live) {
        List<Object> values = bounds(group, column);
        int files = live == 0 ? 0 : Math.min(rules.filesFor(live), values.size());
        List<DataFile> imagined = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            Object first = values.get(i * values.size() / files);
            Object last = values.get(Math.min(values.size() - 1, (i + 1) * values.size() / files));
            imagined.add(file(column, first, last, live / files));
        }
        return imagined;
    }

    /** Returns the column's values at both ends of each file, in order; empty when one of them is not known. */
    private static List<Object> bounds(FileGroup group, NestedField column) {
        List<Object> values = new ArrayList<>();
        for (LiveFile file : group.files()) {
            Map<Integer, ByteBuffer> lower = file.file().lowerBounds();
            Map<Integer, ByteBuffer> upper = file.file().upperBounds();
            if (lower == null || upper == null || !lower.containsKey(column.fieldId())) {
                return List.of();
            }
            values.add(Conversions.fromByteBuffer(column.type(), lower.get(column.fieldId())));
            values.add(Conversions.fromByteBuffer(column.type(), upper.get(column.fieldId())));
        }
        Comparator<Object> order = Comparators.forType(column.type().asPrimitiveType());
        values.sort(order);
        return values;
    }

    private static DataFile file(NestedField column, Object first, Object last, long bytes) {
        int id = column.fieldId();
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("imagined.parquet")
                .withFileSizeInBytes(bytes)
                .withMetrics(new Metrics(
                        1L,
                        null,
                        null,
                        null,
                        null,
                        Map.of(id, Conversions.toByteBuffer(column.type(), first)),
                        Map.of(id, Conversions.toByteBuffer(column.type(), last))))
                .build();
    }
}
