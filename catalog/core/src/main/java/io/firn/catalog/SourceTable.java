package io.firn.catalog;

import java.util.List;

/**
 * A table as the source declares it.
 *
 * @param name with its schema: {@code public.product}
 * @param key the primary key's columns in key order; empty when it has none
 */
public record SourceTable(String name, List<SourceColumn> columns, List<String> key) {
    public SourceTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
