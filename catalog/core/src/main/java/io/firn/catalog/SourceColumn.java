package io.firn.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A column as the source declares it.
 *
 * @param name the name in the source, kept in the lake
 * @param type PostgreSQL's own spelling, as {@code format_type} gives it: {@code numeric(12,2)}, {@code timestamp(3)
 *     with time zone}, {@code text[]}
 * @param required whether the source forbids null
 * @param earlier what the column is in rows that are older than it, as text; null for null. PostgreSQL gives it to them
 *     without writing them anew, so no change tells of it.
 */
public record SourceColumn(
        String name,
        String type,
        boolean required,
        @Nullable String earlier) {
    /** A column that is null in older rows. */
    public SourceColumn(String name, String type, boolean required) {
        this(name, type, required, null);
    }
}
