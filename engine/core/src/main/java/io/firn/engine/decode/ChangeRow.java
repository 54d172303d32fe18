package io.firn.engine.decode;

/** One change, decoded. Reused from record to record: what is to be kept has to be copied out. */
public final class ChangeRow {
    final Slots before;
    final Slots after;
    boolean hasBefore;
    boolean hasAfter;
    char operation;
    long lsn;
    long precedingCommitLsn;
    long transaction;
    long transactionOrder;
    long sourceMicros;

    ChangeRow(int columns) {
        before = new Slots(columns);
        after = new Slots(columns);
    }

    void clear() {
        before.clear();
        after.clear();
        hasBefore = false;
        hasAfter = false;
        operation = 0;
        lsn = 0;
        precedingCommitLsn = -1;
        transaction = -1;
        transactionOrder = -1;
        sourceMicros = 0;
    }

    /** @return Debezium's letter: r, c, u, d or t */
    public char operation() {
        return operation;
    }

    /** @return {@link #operation()} as text */
    public String operationName() {
        return switch (operation) {
            case 'r' -> "r";
            case 'c' -> "c";
            case 'u' -> "u";
            case 'd' -> "d";
            default -> "t";
        };
    }

    /** @return the change's log sequence number */
    public long lsn() {
        return lsn;
    }

    /**
     * @return the log sequence number of the commit before this change's transaction, the change's own where the source
     *     has seen none. Grows from transaction to transaction in commit order, which {@link #lsn()} does not.
     */
    public long precedingCommitLsn() {
        return precedingCommitLsn < 0 ? lsn : precedingCommitLsn;
    }

    /** @return the transaction's id when the source groups its events by transaction; -1 otherwise */
    public long transaction() {
        return transactionOrder < 0 ? -1 : transaction;
    }

    /** @return the change's place in its transaction from 1; -1 when the source does not number them */
    public long transactionOrder() {
        return transactionOrder;
    }

    /** @return the source's commit time in microseconds since the epoch */
    public long sourceMicros() {
        return sourceMicros;
    }

    /** @return whether the row's values come from a snapshot and not from a change */
    public boolean isRead() {
        return operation == 'r';
    }

    /** @return the row after the change; all null for a delete or a truncate */
    public Slots after() {
        return after;
    }

    /** @return whether the source sent the row before the change */
    public boolean hasBefore() {
        return hasBefore;
    }
}
