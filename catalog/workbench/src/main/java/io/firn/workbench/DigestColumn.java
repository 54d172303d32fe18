package io.firn.workbench;

import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * A column that takes part in a digest.
 *
 * @param type the column's type in the lake, which decides its canonical text
 * @param postgresType its type in PostgreSQL, as {@code format_type} spells it; null when unknown, which is taken for
 *     the type that maps to the lake's without a detour
 */
public record DigestColumn(String name, Type type, @Nullable String postgresType) {
    /** Returns all columns of a schema, in its order; a column's doc is taken for its PostgreSQL type. */
    public static List<DigestColumn> of(Schema schema) {
        return schema.columns().stream()
                .map(column -> new DigestColumn(column.name(), column.type(), column.doc()))
                .toList();
    }
}
