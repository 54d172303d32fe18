package io.firn.engine.remark;

/**
 * What a logical message says about its transaction.
 *
 * @param committedMicros the transaction's commit time in microseconds since the epoch
 * @param lsn the message's log sequence number
 * @param name what it is about, such as {@code user}
 */
public record Remark(long transaction, long committedMicros, long lsn, String name, String value) {
    private static final int MAX_LENGTH = 4_000;

    /** What is too long is cut off: a remark is no place for data. */
    public Remark {
        value = value.length() <= MAX_LENGTH ? value : value.substring(0, MAX_LENGTH);
    }
}
