package io.firn.compactor.rewrite;

import java.util.List;
import org.apache.iceberg.Table;

/** Where groups are rewritten: in this process, or on other machines. */
public interface Rewriting {
    /**
     * Rewrites groups, in any order.
     *
     * @param listener is told of each group, one at a time
     */
    void run(Table table, List<Assignment> work, Listener listener);

    /** Who waits for the results. */
    interface Listener {
        /** Files may be written for the assignment from now on. */
        void begins(Assignment assignment);

        /** The assignment's new files are written and read back, or it failed. */
        void ended(Assignment assignment, RewriteResult result);
    }
}
