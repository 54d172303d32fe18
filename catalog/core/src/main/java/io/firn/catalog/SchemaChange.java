package io.firn.catalog;

import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** One step from a table's columns to its source's. None of them touches a data file. */
public sealed interface SchemaChange {
    /**
     * A new column, at the end.
     *
     * @param type with field ids that do not count
     * @param earlier what it is in older rows; null for null
     */
    record Add(
            String name,
            Type type,
            String sourceType,
            @Nullable Literal<?> earlier) implements SchemaChange {}

    /** A column that takes more values. */
    record Widen(String name, Type.PrimitiveType type) implements SchemaChange {}

    /** A column that may be null from now on. */
    record Relax(String name) implements SchemaChange {}

    /** A column under a new name, with all its history. */
    record Rename(String from, String to) implements SchemaChange {}

    /** A column whose values are the same in the lake though PostgreSQL calls their type something else. */
    record Retype(String name, String sourceType) implements SchemaChange {}
}
