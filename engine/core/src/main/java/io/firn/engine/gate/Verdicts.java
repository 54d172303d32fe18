package io.firn.engine.gate;

import io.firn.dq.rule.RowRule;
import io.firn.engine.source.SourceRecord;

/** Is told which changes are not to be written, in their order. */
public interface Verdicts {
    /** What is to be done with the changes that came later. */
    enum Then {
        GO_ON,
        SET_ASIDE
    }

    /**
     * The row after a change breaks a rule.
     *
     * @param lsn the change's log sequence number
     * @param broken how many changes of the commit under way have broken the rule, this one included
     */
    Then broken(SourceRecord record, long lsn, RowRule rule, long broken);

    /** A change cannot be written because of one before it. */
    void setAside(SourceRecord record, long lsn, String reason);

    /** A change is written although one of the same row, a little earlier, is not. */
    void follows(SourceRecord record);
}
