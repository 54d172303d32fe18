package io.firn.snapshot.replay;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.Failures;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Partitions;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Compares the current rows of a table with what the change log makes of them, partition by partition, and puts the
 * rebuilt rows in place of those that differ or cannot be read. One commit, which lands only on the snapshot that was
 * looked at.
 */
public final class Repair {
    private static final String CURRENT = "firn:repair:current";

    private final Lake lake;
    private final Workbench workbench;
    private final Path uploads;

    /** @param uploads where files wait that go to a store other than the local disk */
    public Repair(Lake lake, Workbench workbench, Path uploads) {
        this.lake = lake;
        this.workbench = workbench;
        this.uploads = uploads;
    }

    /** What is to be done. */
    public enum Mode {
        /** Only compare. */
        COMPARE,
        /** Replace what differs. */
        REPLACE
    }

    /**
     * A partition.
     *
     * @param partition its path, as {@code product_id_bucket=3}; empty for an unpartitioned table
     * @param finding null when it is as it should be
     * @param rows how many it should have, of those in scope
     */
    public record Part(String partition, @Nullable String finding, long rows) {}

    /**
     * Compares what the scope names of a table, partition by partition, and replaces what is broken.
     *
     * @throws FirnException when another writer commits meanwhile, or parts have another partition spec, or the scope
     *     names what is not there
     */
    public List<Part> run(String name, RepairScope scope, Start start, Mode mode) {
        Table table = lake.table(name);
        Snapshot head = table.currentSnapshot();
        if (head == null) {
            return List.of();
        }
        Cut cut = CutProperties.applied(table);
        Table log = lake.table(TableDefinition.changeLogOf(name));
        Base base = Base.before(table, cut.number(), start);
        scope.requireKeyOf(table);
        try (Rebuilt rows = Rebuilt.of(workbench, table, log, table.schema(), base, cut.number(), scope.condition())) {
            Map<String, List<FileScanTask>> files = files(table, head, scope);
            Map<String, Digest> expected = expected(table, rows);
            TreeSet<String> names = new TreeSet<>(files.keySet());
            names.addAll(expected.keySet());
            scope.requirePartitionsOf(table, names);
            List<Part> parts = new ArrayList<>();
            for (String partition : names) {
                if (scope.covers(partition)) {
                    Digest digest = expected.getOrDefault(partition, Digest.EMPTY);
                    String finding =
                            finding(table, head, files.getOrDefault(partition, List.of()), scope.condition(), digest);
                    parts.add(new Part(partition, finding, digest.rows()));
                }
            }
            if (mode == Mode.REPLACE && parts.stream().anyMatch(part -> part.finding() != null)) {
                replace(table, head, cut, rows, scope, parts, files);
            }
            return parts;
        } catch (SQLException e) {
            throw DuckFailures.translate("comparing " + table.name(), e);
        }
    }

    private static Map<String, List<FileScanTask>> files(Table table, Snapshot head, RepairScope scope) {
        Map<String, List<FileScanTask>> files = new LinkedHashMap<>();
        for (FileScanTask task :
                Workbench.plan(Scan.of(table, (Long) head.snapshotId()).where(scope.filter(table)))) {
            if (task.file().specId() != table.spec().specId()) {
                throw new FirnException(
                        ErrorCode.TYPE_UNSUPPORTED,
                        "table %s has files of an older partition spec: compact it first".formatted(table.name()));
            }
            files.computeIfAbsent(path(table.spec(), task.file()), path -> new ArrayList<>())
                    .add(task);
        }
        return files;
    }

    private static String path(PartitionSpec spec, DataFile file) {
        return spec.isUnpartitioned() ? "" : spec.partitionToPath(file.partition());
    }

    private static Map<String, Digest> expected(Table table, Rebuilt rows) throws SQLException {
        Map<String, String> paths = new HashMap<>();
        Map<String, Digest> digests = new LinkedHashMap<>();
        PartitionSpec spec = table.spec();
        List<String> values = new ArrayList<>(Partitions.expressions(spec, table.schema()));
        String name = values.stream()
                .map(value -> "coalesce(CAST(%s AS VARCHAR), 'NULL')".formatted(value))
                .collect(Collectors.joining(", '/', ", "concat('', ", ")"));
        values.add(values.isEmpty() ? "''" : name);
        String group = values.get(values.size() - 1);
        try (Statement statement = rows.connection().createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    "SELECT DISTINCT %s FROM %s".formatted(String.join(", ", values), rows.relation()))) {
                while (row.next()) {
                    paths.put(
                            row.getString(values.size()),
                            spec.isUnpartitioned() ? "" : spec.partitionToPath(Partitions.read(spec, row, 1)));
                }
            }
            try (ResultSet row = statement.executeQuery(
                    DigestSql.DUCKDB.sql(DigestColumn.of(table.schema()), rows.relation(), null, group))) {
                while (row.next()) {
                    digests.put(Objects.requireNonNull(paths.get(row.getString(1))), Digest.read(row, 2));
                }
            }
        }
        return digests;
    }

    private @Nullable String finding(
            Table table, Snapshot head, List<FileScanTask> files, String condition, Digest expected) {
        Scan scan = Scan.of(table, (Long) head.snapshotId());
        try (DuckDBConnection connection = workbench.duck().connect();
                TableView view = workbench.view(connection, CURRENT, scan, files)) {
            String rows = "(SELECT * FROM %s WHERE %s)".formatted(Sql.identifier(view.name()), condition);
            Digest found = Digest.query(connection, DigestSql.DUCKDB.sql(DigestColumn.of(table.schema()), rows));
            return found.equals(expected)
                    ? null
                    : "has %d rows with the digest %s and should have %d with %s"
                            .formatted(found.rows(), found, expected.rows(), expected);
        } catch (SQLException | RuntimeException e) {
            return "cannot be read: " + Failures.rootMessage(e);
        }
    }

    private void replace(
            Table table,
            Snapshot head,
            Cut cut,
            Rebuilt rows,
            RepairScope scope,
            List<Part> parts,
            Map<String, List<FileScanTask>> files) {
        TreeSet<String> broken = parts.stream()
                .filter(part -> part.finding() != null)
                .map(Part::partition)
                .collect(Collectors.toCollection(TreeSet::new));
        List<FileScanTask> replaced = broken.stream()
                .flatMap(partition -> files.getOrDefault(partition, List.of()).stream())
                .toList();
        OverwriteFiles overwrite = table.newOverwrite().validateFromSnapshot(head.snapshotId());
        for (DataFile file : write(table, head, rows, scope, replaced)) {
            if (broken.contains(path(table.spec(), file))) {
                overwrite.addFile(file);
            } else {
                table.io().deleteFile(file.location());
            }
        }
        DataFileSet gone = DataFileSet.create();
        DeleteFileSet deletes = DeleteFileSet.create();
        replaced.forEach(task -> {
            gone.add(task.file());
            task.deletes().stream().filter(ContentFileUtil::isFileScoped).forEach(deletes::add);
        });
        overwrite.deleteFiles(gone, deletes);
        overwrite.set("firn.repaired-at-cut", Long.toString(cut.number()));
        overwrite.validateWith(onlyOn(head)).commit();
    }

    /** Rows of the replaced files that are out of scope stay as they are. */
    private List<DataFile> write(
            Table table, Snapshot head, Rebuilt rows, RepairScope scope, List<FileScanTask> replaced) {
        ParquetOut out = new ParquetOut(table, "repair-" + UUID.randomUUID(), FileSettings.of(table), uploads);
        String order = Replay.order(table);
        if (scope.keys() == null) {
            return out.writePartitioned(rows.connection(), rows.relation(), order);
        }
        Scan scan = Scan.of(table, (Long) head.snapshotId());
        try (TableView view = workbench.view(rows.connection(), CURRENT, scan, replaced)) {
            String kept = "SELECT * FROM %s WHERE NOT (%s)".formatted(Sql.identifier(view.name()), scope.condition());
            return out.writePartitioned(
                    rows.connection(), "(SELECT * FROM %s UNION ALL %s)".formatted(rows.relation(), kept), order);
        }
    }

    private static SnapshotAncestryValidator onlyOn(Snapshot head) {
        return new SnapshotAncestryValidator() {
            @Override
            public boolean validate(Iterable<Snapshot> ancestors) {
                Iterator<Snapshot> newestFirst = ancestors.iterator();
                return newestFirst.hasNext() && newestFirst.next().snapshotId() == head.snapshotId();
            }

            @Override
            public String errorMessage() {
                return "the table moved on while it was compared: run the repair again, best while the writer rests";
            }
        };
    }
}
