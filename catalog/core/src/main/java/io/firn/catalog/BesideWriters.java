package io.firn.catalog;

import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;

/** Changes of a table's properties and refs while its writer goes on; Iceberg does not do these again by itself. */
final class BesideWriters {
    private static final int MOST_ATTEMPTS = 100;

    private BesideWriters() {}

    /**
     * Does a change again until no other commit comes before it.
     *
     * @param table as the change has it afterwards
     * @throws CommitFailedException when others came first too many times in a row
     */
    static void commit(Table table, Runnable change) {
        for (int attempt = 1; ; attempt++) {
            try {
                change.run();
                table.refresh();
                return;
            } catch (CommitFailedException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                table.refresh();
            }
        }
    }
}
