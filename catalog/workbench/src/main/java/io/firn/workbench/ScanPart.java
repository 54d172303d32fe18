package io.firn.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Data files that one {@code read_parquet} reads: all of one kind with regard to deletes and to how their columns are
 * found.
 *
 * @param number distinguishes the parts of a view
 * @param deletes whether rows of these files are deleted
 * @param physical the columns as the files have them; null when DuckDB can find them by field id
 */
record ScanPart(
        int number,
        List<FileScanTask> files,
        boolean deletes,
        @Nullable Schema physical) {

    /** The names of the temporary tables that go with a view. */
    record Names(String deletes, String files) {
        static Names of(String view) {
            return new Names("firn:deletes:" + view, "firn:files:" + view);
        }
    }

    /** Whether any of the columns is told by the file rather than by its rows. */
    static boolean needsFiles(Scan scan) {
        return scan.columns().stream()
                .anyMatch(column -> Scan.isVirtual(scan.schema(), column) && !column.equals(Scan.POSITION));
    }

    /** Returns the select that shows the scan's columns of this part. */
    String select(Scan scan, Map<String, Path> paths, Names names) {
        StringBuilder sql = new StringBuilder("SELECT ");
        sql.append(scan.columns().stream()
                .map(column -> expression(scan, column) + " AS " + Sql.identifier(column))
                .collect(Collectors.joining(", ")));
        sql.append(" FROM read_parquet([").append(locations(paths)).append("], hive_partitioning = false");
        if (physical == null) {
            sql.append(", schema = ").append(columnMap(scan));
        }
        sql.append(") p");
        if (needsFiles(scan)) {
            sql.append(" JOIN (SELECT * FROM %s WHERE part = %d) f ON p.file_index = f.file"
                    .formatted(Sql.identifier(names.files()), number));
        }
        if (deletes) {
            sql.append((" ANTI JOIN (SELECT file, position FROM %s WHERE part = %d) d"
                            + " ON p.file_index = d.file AND p.file_row_number = d.position")
                    .formatted(Sql.identifier(names.deletes()), number));
        }
        return sql.toString();
    }

    private String locations(Map<String, Path> paths) {
        return files.stream()
                .map(task -> Objects.requireNonNull(paths.get(task.file().location())))
                .map(path -> Sql.literal(Sql.glob(path.toString())))
                .collect(Collectors.joining(", "));
    }

    private String expression(Scan scan, String column) {
        if (!Scan.isVirtual(scan.schema(), column)) {
            return stored(scan.schema().findField(column));
        }
        return switch (column) {
            case Scan.ROW_ID ->
                "coalesce(%s, f.first_row_id + p.file_row_number)".formatted(stored(MetadataColumns.ROW_ID));
            case Scan.SEQUENCE_NUMBER ->
                "coalesce(%s, f.sequence_number)".formatted(stored(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER));
            case Scan.FILE -> "f.location";
            default -> "CAST(p.file_row_number AS BIGINT)";
        };
    }

    private String stored(NestedField field) {
        return physical == null ? "p." + internalName(field) : Projection.sql("p", physical, field);
    }

    /** Names of the reader's own, so that no column of the table hides a virtual column of DuckDB's. */
    private static String internalName(NestedField field) {
        return "c" + field.fieldId();
    }

    private static String columnMap(Scan scan) {
        List<NestedField> fields = new ArrayList<>();
        for (String column : scan.columns()) {
            if (!Scan.isVirtual(scan.schema(), column)) {
                fields.add(scan.schema().findField(column));
            }
        }
        if (scan.columns().contains(Scan.ROW_ID)) {
            fields.add(MetadataColumns.ROW_ID);
        }
        if (scan.columns().contains(Scan.SEQUENCE_NUMBER)) {
            fields.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
        }
        if (fields.isEmpty()) {
            fields.add(MetadataColumns.ROW_ID);
        }
        return fields.stream().distinct().map(ScanPart::entry).collect(Collectors.joining(", ", "MAP{", "}"));
    }

    private static String entry(NestedField field) {
        return "%d: {name: '%s', type: %s, default_value: %s}"
                .formatted(
                        field.fieldId(),
                        internalName(field),
                        Sql.literal(DuckTypes.of(field.type())),
                        Defaults.text(field));
    }
}
