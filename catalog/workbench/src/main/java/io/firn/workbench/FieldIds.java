package io.firn.workbench;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The {@code FIELD_IDS} option of DuckDB's COPY for a table's schema. */
final class FieldIds {
    private FieldIds() {}

    /** Returns the table's column of that name, a row-lineage column included; null when there is none. */
    static @Nullable NestedField field(Schema schema, String column) {
        if (column.equals(MetadataColumns.ROW_ID.name())) {
            return MetadataColumns.ROW_ID;
        }
        if (column.equals(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.name())) {
            return MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER;
        }
        return schema.asStruct().field(column);
    }

    /** Returns {@code {'a': 1, 'l': {__duckdb_field_id: 2, 'element': 3}}}. */
    static String option(List<NestedField> fields) {
        return fields.stream().map(FieldIds::entry).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String entry(NestedField field) {
        return Sql.literal(field.name()) + ": " + value(field.fieldId(), field.type());
    }

    private static String value(int id, Type type) {
        if (type.isPrimitiveType()) {
            return Integer.toString(id);
        }
        return type.asNestedType().fields().stream()
                .map(FieldIds::entry)
                .collect(Collectors.joining(", ", "{__duckdb_field_id: " + id + ", ", "}"));
    }
}
