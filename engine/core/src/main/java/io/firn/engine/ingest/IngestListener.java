package io.firn.engine.ingest;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.dq.rule.RuleResult;

/** Is told what the writer has done. Called on the writer's threads; must return soon. */
public interface IngestListener {
    /** Hears nothing. */
    IngestListener NONE = new IngestListener() {};

    /** A cut is going to be committed: first to the change logs of its tables, then to the tables. */
    default void begins(Cut cut, long changes) {}

    /** A cut's changes of {@code table} are being written to its change log. */
    default void logging(String table, Cut cut) {}

    /** A cut is in the change log of {@code table}. */
    default void logged(String table, CommitReceipt receipt, long changes) {}

    /** A cut's changes are being folded into the current table. */
    default void applying(String table, Cut cut) {}

    /** A cut is in the current table. */
    default void applied(String table, CommitReceipt receipt) {}

    /**
     * A cut is in the change log and in the current table, and the writer has no more use for its rows.
     *
     * @return whether the listener {@linkplain CommittedCut#keep keeps} them
     */
    default boolean takes(CommittedCut cut) {
        return false;
    }

    /** Every table of the cut has it, and every tag it gives is set. */
    default void finished(Cut cut, long changes) {}

    /** A cut could not be committed; what of it is in a change log stays there, and is completed at the next start. */
    default void failed(Cut cut, Throwable failure) {}

    /** A record was put into quarantine. */
    default void rejected(String table, String reason) {}

    /** A cut is in the change log of a table, among whose changes a rule has fared like this. */
    default void ruled(RuleResult result) {}

    /** A table takes no more changes; they are kept in quarantine until somebody replays them. */
    default void stopped(String table, String reason) {}
}
