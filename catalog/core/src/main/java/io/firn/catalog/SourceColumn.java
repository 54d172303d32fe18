package io.firn.catalog;

/**
 * A column as the source declares it.
 *
 * @param name the name in the source, kept in the lake
 * @param type PostgreSQL's own spelling, as {@code format_type} gives it: {@code numeric(12,2)}, {@code timestamp(3)
 *     with time zone}, {@code text[]}
 * @param required whether the source forbids null
 */
public record SourceColumn(String name, String type, boolean required) {}
