package io.firn.compactor.plan;

/** Why a group of files is rewritten. */
public enum Reason {
    /** More files than allowed hold rows of the same range of the sort key. */
    OVERLAP("overlap"),
    /** The files are partitioned as the table was once. */
    OLD_PARTITIONS("old partitions"),
    /** So many rows are deleted that reading around them costs more than writing the rest. */
    DELETES("deletes"),
    /** The files are smaller than they should be and can be joined without breaking the order. */
    SMALL_FILES("small files");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
