package io.firn.engine.redis;

/**
 * What a table takes in Redis, before it is loaded.
 *
 * @param rows of the current table
 * @param bytesPerRow as Redis itself says of a sample, index included; 0 for an empty table
 * @param usedBytes what all servers use now
 * @param limitBytes what all servers may use, their {@code maxmemory}; 0 when they have no limit, or do not say
 */
public record Estimate(String table, long rows, long bytesPerRow, long usedBytes, long limitBytes) {

    /** Returns what the whole table takes. */
    public long bytes() {
        return rows * bytesPerRow;
    }

    /** Returns whether there is room for all rows beside what is there now. */
    public boolean fits() {
        return limitBytes == 0 || usedBytes + bytes() <= limitBytes;
    }
}
