package io.firn.workbench;

import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;

/** Columns of a data file found by their field ids, whatever they were called when the file was written. */
public final class ParquetColumns {
    private ParquetColumns() {}

    /** Returns the expression for what a column is in rows that are older than it. */
    public static String earlier(NestedField field) {
        return Defaults.sql(field);
    }

    /**
     * Returns the option of {@code read_parquet} that gives these columns, and only these, their present names and
     * types; one that a file does not have reads as its initial default, or null.
     */
    public static String option(Collection<NestedField> fields) {
        return fields.stream()
                .distinct()
                .map(field -> "%d: {name: %s, type: %s, default_value: %s}"
                        .formatted(
                                field.fieldId(),
                                Sql.literal(field.name()),
                                Sql.literal(DuckTypes.of(field.type())),
                                Defaults.text(field)))
                .collect(Collectors.joining(", ", "schema = MAP{", "}"));
    }
}
