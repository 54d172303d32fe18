package io.firn.engine.redis;

/**
 * Where a table is in Redis after some work, and what the work was.
 *
 * @param cut Redis has at least everything up to this cut; 0 before the first load
 * @param loaded rows that a rebuild went through; 0 when there was none
 * @param applied what was done, the rebuild included
 */
public record Progress(String table, State state, long cut, long loaded, Applied applied) {

    /** Whether rows can be read. */
    public enum State {
        /** Redis has what the lake had a moment ago. */
        CAUGHT_UP,
        /** Another process is rebuilding the table, and nothing could be done before it ends. */
        WAITING,
        /** The lake has no such table yet. */
        NO_TABLE
    }
}
