package io.firn.catalog;

/**
 * Proof that a commit is in the table. Only the two commit classes of this package can make one; whatever moves a
 * source position, the key index or the projector asks for it.
 */
public final class CommitReceipt {
    private final String table;
    private final long snapshotId;
    private final Cut cut;

    CommitReceipt(String table, long snapshotId, Cut cut) {
        this.table = table;
        this.snapshotId = snapshotId;
        this.cut = cut;
    }

    /** @return the table's name as the catalog prints it */
    public String table() {
        return table;
    }

    /** @return the snapshot that is in the table because of this commit */
    public long snapshotId() {
        return snapshotId;
    }

    /** @return the cut the table holds with this commit */
    public Cut cut() {
        return cut;
    }

    @Override
    public String toString() {
        return table + " snapshot " + snapshotId + " cut " + cut.number();
    }
}
