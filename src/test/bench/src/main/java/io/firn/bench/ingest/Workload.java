package io.firn.bench.ingest;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Decides what happens to the product table: rows 1 to N are there, then transactions of 50 to 150 changes follow, of
 * which 50% update, 40% insert and 10% delete.
 *
 * <p>Updates pick a place among the first N live rows by Zipf, so few rows take most updates; deletes pick any row
 * evenly, and the newest row moves to the place of the deleted one, so new rows become hot too. An inserted row has a
 * new key.
 */
final class Workload {

    static final long SNAPSHOT_LSN = 1L << 30;

    private static final int FIRST_XID = 1_000;
    private static final int MIN_TRANSACTION = 50;
    private static final int MAX_TRANSACTION = 150;
    private static final int UPDATE_PERCENT = 50;
    private static final int INSERT_PERCENT = 40;

    /** Larger than any number of rows and prime, so it spreads ranks over all places. */
    private static final long SPREAD = 2_654_435_761L;

    private final Shape shape;
    private final Changes changes;
    private final SplittableRandom random;
    private final Zipf zipf;
    private final int[] live;
    private final int[] versions;
    private int liveRows;
    private int nextKey = 1;

    private Workload(Shape shape, Changes changes) {
        this.shape = shape;
        this.changes = changes;
        this.random = new SplittableRandom(shape.seed());
        this.zipf = new Zipf(shape.snapshotRows(), shape.skew());
        int mostKeys = Math.toIntExact(shape.events() + 1);
        this.live = new int[mostKeys];
        this.versions = new int[mostKeys];
        Arrays.fill(versions, TableState.ABSENT);
    }

    /** Plays the workload and returns the state that the table must have in the end. */
    static TableState play(Shape shape, Changes changes) {
        Workload workload = new Workload(shape, changes);
        workload.snapshot();
        workload.transactions();
        return new TableState(workload.versions);
    }

    private void snapshot() {
        for (int i = 0; i < shape.snapshotRows(); i++) {
            changes.row(addRow(Product.SNAPSHOT));
        }
    }

    private void transactions() {
        long lsn = SNAPSHOT_LSN;
        int xid = FIRST_XID;
        int done = 0;
        while (done < shape.changes()) {
            int size = Math.min(random.nextInt(MIN_TRANSACTION, MAX_TRANSACTION + 1), shape.changes() - done);
            Transaction transaction = new Transaction(xid++, lsn, Product.changedMicros(done + size), size);
            changes.begin(transaction);
            for (int order = 1; order <= size; order++) {
                changes.change(nextChange(transaction, order, ++done));
            }
            changes.end(transaction);
            lsn = transaction.commitLsn();
        }
    }

    private Change nextChange(Transaction transaction, int order, int number) {
        int percent = random.nextInt(100);
        if (liveRows == 0 || percent >= 100 - INSERT_PERCENT) {
            return new Change(Change.Kind.INSERT, addRow(number), Product.SNAPSHOT, number, transaction, order);
        }
        if (percent < UPDATE_PERCENT) {
            int key = live[hotPlace()];
            return new Change(Change.Kind.UPDATE, key, replace(key, number), number, transaction, order);
        }
        int key = removeRow(random.nextInt(liveRows));
        return new Change(Change.Kind.DELETE, key, replace(key, TableState.ABSENT), number, transaction, order);
    }

    private int hotPlace() {
        int places = Math.min(shape.snapshotRows(), liveRows);
        return (int) (zipf.next(random) * SPREAD % places);
    }

    private int addRow(int version) {
        int key = nextKey++;
        live[liveRows++] = key;
        versions[key] = version;
        return key;
    }

    private int removeRow(int place) {
        int key = live[place];
        live[place] = live[--liveRows];
        return key;
    }

    private int replace(int key, int version) {
        int before = versions[key];
        versions[key] = version;
        return before;
    }
}
