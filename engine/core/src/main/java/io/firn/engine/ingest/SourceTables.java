package io.firn.engine.ingest;

import io.firn.catalog.SourceTable;
import java.util.Optional;

/** Says how the source declares a table. */
@FunctionalInterface
public interface SourceTables {
    /**
     * @param name with its schema: {@code public.product}
     * @return the declaration; empty when there is no such table
     */
    Optional<SourceTable> find(String name);
}
