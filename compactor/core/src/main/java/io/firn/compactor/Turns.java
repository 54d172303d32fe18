package io.firn.compactor;

/** A compaction that does its work in turns, so that others get theirs. */
interface Turns {
    /** Returns whether another turn may find something to do. */
    boolean more();

    /**
     * Rewrites some of what is to be done.
     *
     * @param sliceBytes how much is enough for one turn; a single group may be more
     * @param limitBytes how much may be rewritten at most
     * @return bytes of the files that were read
     */
    long turn(long sliceBytes, long limitBytes);

    /** Ends the run, whether or not everything is done. */
    CompactionResult end();

    /** Ends the run after a failure. */
    void giveUp();
}
