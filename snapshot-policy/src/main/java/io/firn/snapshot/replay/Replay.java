package io.firn.snapshot.replay;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.Moments;
import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.SortOrders;
import io.firn.workbench.Sql;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Makes a closed day again from the change log, in a table of another namespace, and compares it with the tagged one.
 * The same day gives files with the same content each time.
 */
public final class Replay {
    private final Lake lake;
    private final Workbench workbench;
    private final Moments moments;
    private final Path uploads;

    /** @param uploads where files wait that go to a store other than the local disk */
    public Replay(Lake lake, SnapshotsConfig config, Workbench workbench, Clock clock, Path uploads) {
        this.lake = lake;
        this.workbench = workbench;
        this.moments = new Moments(lake, config, clock);
        this.uploads = uploads;
    }

    /**
     * A day that was made again.
     *
     * @param target the full name of the new table
     * @param base the day that it began with; null for nothing
     * @param changes how many changes came after that
     * @param original what the day's tag holds
     * @param rebuilt what the new table holds
     */
    public record Replayed(
            String table,
            String target,
            @Nullable LocalDate base,
            long cut,
            long changes,
            Digest original,
            Digest rebuilt) {
        /** Whether both hold the same. */
        public boolean isEqual() {
            return original.equals(rebuilt);
        }
    }

    /**
     * Makes a table's day again. A table that an earlier replay of the day has left is replaced.
     *
     * @param namespace where the new table goes; made when it is missing
     */
    public Replayed run(String name, LocalDate day, Start start, Namespace namespace) {
        Table table = lake.table(name);
        Snapshot tagged = moments.snapshot(table, new AsOf.Day(day));
        Cut cut = CutProperties.appliedAt(table, tagged);
        Base base = Base.before(table, cut.number(), start);
        Schema schema = SnapshotUtil.schemaFor(table, tagged.snapshotId());
        Table log = lake.table(TableDefinition.changeLogOf(name));
        TableIdentifier target =
                TableIdentifier.of(namespace, name + "_" + day.toString().replace("-", ""));
        try (Rebuilt rows = Rebuilt.of(workbench, table, log, schema, base, cut.number(), "true")) {
            Table made = create(target, table, schema);
            append(made, rows, cut);
            Digest rebuilt = workbench.digest(Scan.of(made, new AsOf.Head()));
            Digest original = workbench.digest(Scan.of(table, (Long) tagged.snapshotId()));
            return new Replayed(name, target.toString(), base.day(), cut.number(), rows.changes(), original, rebuilt);
        }
    }

    private Table create(TableIdentifier target, Table like, Schema schema) {
        if (lake.catalog() instanceof SupportsNamespaces namespaces
                && !namespaces.namespaceExists(target.namespace())) {
            namespaces.createNamespace(target.namespace());
        }
        if (lake.catalog().tableExists(target)) {
            lake.catalog().dropTable(target, true);
        }
        Map<String, String> properties = new HashMap<>(like.properties());
        properties.keySet().removeIf(property -> property.startsWith("firn."));
        properties.putIfAbsent("format-version", "3");
        return lake.catalog()
                .buildTable(target, schema)
                .withPartitionSpec(rebound(like.spec(), schema))
                .withSortOrder(SortOrder.unsorted())
                .withProperties(properties)
                .create();
    }

    private static PartitionSpec rebound(PartitionSpec spec, Schema schema) {
        return spec.toUnbound().bind(schema);
    }

    private void append(Table made, Rebuilt rows, Cut cut) {
        ParquetOut out = new ParquetOut(made, "replay-" + cut.number(), FileSettings.of(made), uploads);
        AppendFiles append = made.newAppend();
        out.writePartitioned(rows.connection(), rows.relation(), order(made)).forEach(append::appendFile);
        cut.properties().forEach(append::set);
        append.commit();
    }

    /** Down to the key, so that every row has its place. */
    static String order(Table table) {
        String key = Rebuilt.keyOf(table).stream().map(Sql::identifier).collect(Collectors.joining(", "));
        return Stream.of(SortOrders.sql(table.sortOrder(), table.schema()), key)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
