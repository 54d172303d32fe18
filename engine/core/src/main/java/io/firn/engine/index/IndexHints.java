package io.firn.engine.index;

import io.firn.catalog.FirnException;
import io.firn.dq.expect.CheckedTable;
import io.firn.dq.expect.KeyHints;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the key indexes of a writer know of tables, whether it runs or not. */
public final class IndexHints implements KeyHints {
    private static final Logger LOG = LoggerFactory.getLogger(IndexHints.class);

    private final Function<String, Optional<? extends ReadableKeys>> stores;

    /** @param stores opens what there is of the index of a table, by the table's name in the lake */
    public IndexHints(Function<String, Optional<? extends ReadableKeys>> stores) {
        this.stores = stores;
    }

    @Override
    public Optional<Known> of(CheckedTable table) {
        Long snapshot = table.snapshotId();
        if (snapshot == null) {
            return Optional.empty();
        }
        long id = snapshot;
        try {
            return stores.apply(table.name()).map(store -> new IndexedRows(store, table.table(), id, table.key()));
        } catch (FirnException e) {
            LOG.info("{}; keys are looked up in the table", e.getMessage());
            return Optional.empty();
        }
    }
}
