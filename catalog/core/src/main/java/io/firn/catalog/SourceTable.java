package io.firn.catalog;

import java.util.List;
import java.util.Locale;

/**
 * A table as the source declares it.
 *
 * @param name with its schema: {@code public.product}
 * @param key the primary key's columns in key order; empty when it has none
 * @param identity how much of a row the source's log has from before a change
 */
public record SourceTable(String name, List<SourceColumn> columns, List<String> key, Identity identity) {
    /** What PostgreSQL's {@code REPLICA IDENTITY} says. */
    public enum Identity {
        /** The whole row before an update or a delete. */
        FULL,
        /** Its key; connectors make the other columns of a deleted row up. */
        KEY;

        /** The table property that keeps it. */
        public static final String PROPERTY = "firn.replica-identity";

        /** @return the property's value */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SourceTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** A table whose log has whole rows. */
    public SourceTable(String name, List<SourceColumn> columns, List<String> key) {
        this(name, columns, key, Identity.FULL);
    }
}
