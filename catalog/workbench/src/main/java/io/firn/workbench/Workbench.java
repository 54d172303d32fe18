package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.WorkbenchConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Shows tables of the lake, at any moment, as DuckDB views over their Parquet files: deletion vectors and position
 * deletes applied, columns found by field id through renames, additions, drops and promotions, row lineage computed.
 * Files that are not local are fetched through FileIO into a bounded cache.
 */
public final class Workbench implements AutoCloseable {
    /** What a view needs to know of its files, beside their rows. */
    private static final List<String> FILE_COLUMNS = List.of("location", "first_row_id", "sequence_number");

    private final DuckDatabase duck;
    private final FileCache cache;

    /** Uses a database that the caller closes, after this. */
    public Workbench(DuckDatabase duck, WorkbenchConfig config) {
        this.duck = duck;
        this.cache = new FileCache(config.cacheDirectory(), config.cacheLimitBytes());
    }

    /** Returns the database whose connections the views are made on. */
    public DuckDatabase duck() {
        return duck;
    }

    /**
     * Makes a temporary view of the scan's rows.
     *
     * @param connection one of {@link #duck()}'s
     * @param name the view's name, not quoted; close an earlier view of that name on the connection first
     * @throws FirnException when the table has equality deletes, files other than Parquet, or types that DuckDB has
     *     not, or when files that are not local do not fit into the cache
     */
    public TableView view(DuckDBConnection connection, String name, Scan scan) {
        return view(connection, name, scan, plan(scan));
    }

    /**
     * Makes a temporary view of the rows of some of a table's files.
     *
     * @param files planned at the scan's snapshot; the scan's filter is not looked at
     */
    public TableView view(DuckDBConnection connection, String name, Scan scan, List<FileScanTask> files) {
        files.forEach(file -> requireReadable(scan.table(), file));
        FileCache.Lease lease = cache.lease();
        try {
            Map<String, Path> paths = lease.stage(scan.table().io(), wanted(files));
            List<ScanPart> parts = parts(scan, files, paths);
            List<String> drops = create(connection, name, scan, parts, paths);
            return new TableView(connection, name, files, lease, drops);
        } catch (SQLException e) {
            lease.close();
            throw DuckFailures.translate("reading " + scan.table().name(), e);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    FileCache.Lease lease() {
        return cache.lease();
    }

    /** Computes the digest of the scan's rows, over its columns. */
    public Digest digest(Scan scan) {
        try (DuckDBConnection connection = duck.connect();
                TableView view = view(connection, "firn:digest", scan)) {
            List<DigestColumn> columns = DigestColumn.of(scan.schema()).stream()
                    .filter(column -> scan.columns().contains(column.name()))
                    .toList();
            return Digest.query(connection, DigestSql.DUCKDB.sql(columns, Sql.identifier(view.name())));
        } catch (SQLException e) {
            throw DuckFailures.translate(
                    "computing the digest of " + scan.table().name(), e);
        }
    }

    /** Returns the data files the scan reads, each whole, with its deletes. */
    public static List<FileScanTask> plan(Scan scan) {
        if (scan.snapshotId() == null) {
            return List.of();
        }
        try (CloseableIterable<FileScanTask> tasks = scan.table()
                .newScan()
                .useSnapshot(scan.snapshotId())
                .filter(scan.filter())
                .planFiles()) {
            List<FileScanTask> files = new ArrayList<>();
            tasks.forEach(files::add);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireReadable(Table table, FileScanTask file) {
        if (file.file().format() != FileFormat.PARQUET) {
            throw new FirnException(
                    ErrorCode.TYPE_UNSUPPORTED,
                    "table %s has the file %s, which is not Parquet"
                            .formatted(table.name(), file.file().location()));
        }
        DeletedRows.requireNoEqualityDeletes(table, file);
    }

    private static List<FileCache.Wanted> wanted(List<FileScanTask> files) {
        return files.stream()
                .map(task ->
                        new FileCache.Wanted(task.file().location(), task.file().fileSizeInBytes()))
                .toList();
    }

    /** One part, and more where files are of different shapes. */
    private static List<ScanPart> parts(Scan scan, List<FileScanTask> files, Map<String, Path> paths) {
        boolean simple =
                FileShapes.foundByTopLevelId(scan.table(), scan.schema().select(scan.columns()));
        Map<String, Schema> shapes = new LinkedHashMap<>();
        Map<String, List<FileScanTask>> groups = new LinkedHashMap<>();
        for (FileScanTask task : files) {
            String key = "";
            if (!simple) {
                Path path = Objects.requireNonNull(paths.get(task.file().location()));
                Schema physical = FileShapes.physical(scan.table(), path);
                key = SchemaParser.toJson(physical);
                shapes.put(key, physical);
            }
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(task);
        }
        List<ScanPart> parts = new ArrayList<>();
        groups.forEach((key, group) -> {
            boolean deletes = group.stream().anyMatch(task -> !task.deletes().isEmpty());
            parts.add(new ScanPart(parts.size(), group, deletes, shapes.get(key)));
        });
        return parts;
    }

    private static List<String> create(
            DuckDBConnection connection, String name, Scan scan, List<ScanPart> parts, Map<String, Path> paths)
            throws SQLException {
        ScanPart.Names names = ScanPart.Names.of(name);
        String rows = parts.isEmpty()
                ? nothing(scan)
                : parts.stream()
                        .map(part -> part.select(scan, paths, names))
                        .collect(Collectors.joining(" UNION ALL "));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE %s (part INTEGER, place BIGINT)"
                    .formatted(Sql.identifier(names.deletes())));
            statement.execute(
                    "CREATE OR REPLACE TEMP TABLE %s (part INTEGER, file UBIGINT, location VARCHAR, first_row_id BIGINT, sequence_number BIGINT)"
                            .formatted(Sql.identifier(names.files())));
            fill(connection, scan, parts, names);
            for (ScanPart part : parts) {
                setVariables(statement, part.number(), names);
            }
            statement.execute("DROP TABLE temp." + Sql.identifier(names.files()));
            statement.execute("CREATE OR REPLACE TEMP VIEW %s AS %s".formatted(Sql.identifier(name), rows));
        }
        return drops(name, names, parts);
    }

    private static void setVariables(Statement statement, int part, ScanPart.Names names) throws SQLException {
        for (String column : FILE_COLUMNS) {
            statement.execute("SET VARIABLE %s = (SELECT list(%s ORDER BY file) FROM %s WHERE part = %d)"
                    .formatted(
                            Sql.identifier(names.variable(column, part)), column, Sql.identifier(names.files()), part));
        }
    }

    private static List<String> drops(String view, ScanPart.Names names, List<ScanPart> parts) {
        List<String> drops = new ArrayList<>();
        drops.add("DROP VIEW IF EXISTS temp." + Sql.identifier(view));
        drops.add("DROP TABLE IF EXISTS temp." + Sql.identifier(names.deletes()));
        for (ScanPart part : parts) {
            FILE_COLUMNS.forEach(
                    column -> drops.add("RESET VARIABLE " + Sql.identifier(names.variable(column, part.number()))));
        }
        return drops;
    }

    private static String nothing(Scan scan) {
        return scan.columns().stream()
                .map(column -> "CAST(NULL AS %s) AS %s".formatted(type(scan, column), Sql.identifier(column)))
                .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }

    private static String type(Scan scan, String column) {
        if (Scan.isVirtual(scan.schema(), column)) {
            return column.equals(Scan.FILE) ? "VARCHAR" : "BIGINT";
        }
        return DuckTypes.of(scan.schema().findField(column).type());
    }

    private static void fill(DuckDBConnection connection, Scan scan, List<ScanPart> parts, ScanPart.Names names)
            throws SQLException {
        DeletedRows deleted = new DeletedRows(scan.table());
        try (DuckDBAppender deletes = connection.createAppender("temp", "main", names.deletes());
                DuckDBAppender files = connection.createAppender("temp", "main", names.files())) {
            for (ScanPart part : parts) {
                if (part.deletes()) {
                    deleted.append(deletes, part.number(), part.files());
                }
                for (int file = 0; file < part.files().size(); file++) {
                    append(files, part.number(), file, part.files().get(file));
                }
            }
        }
    }

    private static void append(DuckDBAppender files, int part, int file, FileScanTask task) throws SQLException {
        files.beginRow();
        files.append(part);
        files.append((long) file);
        files.append(task.file().location());
        files.append(task.file().firstRowId());
        files.append(task.file().dataSequenceNumber());
        files.endRow();
    }

    @Override
    public void close() {
        cache.close();
    }
}
