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
 * Data files that one {@code read_parquet} reads: all of one kind with regard to how their columns are found.
 *
 * @param number distinguishes the parts of a view
 * @param deletes whether rows of any of these files are deleted
 * @param physical the columns as the files have them; null when DuckDB can find them by field id
 */
record ScanPart(
        int number,
        List<FileScanTask> files,
        boolean deletes,
        @Nullable Schema physical) {

    /** The names of the temporary tables and variables that go with a view. */
    record Names(String deletes, String files) {
        static Names of(String view) {
            return new Names("firn:deletes:" + view, "firn:files:" + view);
        }

        /** A list of what each file of a part has in a column of the table of files. */
        String variable(String column, int part) {
            return files + ":" + part + ":" + column;
        }
    }

    /**
     * Returns the select that shows the scan's columns of this part.
     *
     * <p>Deleted rows are left out by NOT IN and not by an anti join. DuckDB cannot know how many rows there are before
     * it opens the files, takes them for few, and would turn an anti join round: keep all rows in memory to find those
     * that a few deletes are of.
     */
    String select(Scan scan, Map<String, Path> paths, Names names) {
        StringBuilder sql = new StringBuilder("SELECT ");
        sql.append(scan.columns().stream()
                .map(column -> expression(scan, column, names) + " AS " + Sql.identifier(column))
                .collect(Collectors.joining(", ")));
        sql.append(" FROM read_parquet([").append(locations(paths)).append("], hive_partitioning = false");
        if (physical == null) {
            sql.append(", schema = ").append(columnMap(scan));
        }
        sql.append(") p");
        if (deletes) {
            sql.append(
                    " WHERE p.file_index::BIGINT * %d + p.file_row_number NOT IN (SELECT place FROM %s WHERE part = %d)"
                            .formatted(DeletedRows.PLACES_PER_FILE, Sql.identifier(names.deletes()), number));
        }
        return sql.toString();
    }

    private String locations(Map<String, Path> paths) {
        return files.stream()
                .map(task -> Objects.requireNonNull(paths.get(task.file().location())))
                .map(path -> Sql.literal(Sql.glob(path.toString())))
                .collect(Collectors.joining(", "));
    }

    private String expression(Scan scan, String column, Names names) {
        if (!Scan.isVirtual(scan.schema(), column)) {
            return stored(scan.schema().findField(column));
        }
        return switch (column) {
            case Scan.ROW_ID ->
                "coalesce(%s, %s + p.file_row_number)"
                        .formatted(stored(MetadataColumns.ROW_ID), ofFile("first_row_id", names));
            case Scan.SEQUENCE_NUMBER ->
                "coalesce(%s, %s)"
                        .formatted(
                                stored(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER), ofFile("sequence_number", names));
            case Scan.FILE -> ofFile("location", names);
            default -> "CAST(p.file_row_number AS BIGINT)";
        };
    }

    /**
     * Taken from a list by the file's number, which takes a third of the time that reading and joining a table takes.
     */
    private String ofFile(String column, Names names) {
        return "getvariable(%s)[p.file_index::BIGINT + 1]".formatted(Sql.literal(names.variable(column, number)));
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
