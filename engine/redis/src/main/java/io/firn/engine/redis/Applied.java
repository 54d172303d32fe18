package io.firn.engine.redis;

/**
 * What was done in Redis.
 *
 * @param written rows that are as the lake's now
 * @param deleted rows that were deleted
 * @param outdated changes and rows that Redis had newer already, or deleted
 */
public record Applied(long written, long deleted, long outdated) {
    /** Nothing. */
    public static final Applied EMPTY = new Applied(0, 0, 0);

    /** Returns both together. */
    public Applied plus(Applied other) {
        return new Applied(written + other.written, deleted + other.deleted, outdated + other.outdated);
    }

    /** Returns how many changes or rows were looked at. */
    public long total() {
        return written + deleted + outdated;
    }
}
