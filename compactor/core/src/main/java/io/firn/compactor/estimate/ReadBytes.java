package io.firn.compactor.estimate;

/**
 * Bytes of a group's files that readers with some predicates have to open, all of them added up.
 *
 * @param before the files as they are
 * @param after what is expected of the files in their place
 */
public record ReadBytes(long before, long after) {
    /** Nobody reads. */
    public static final ReadBytes NONE = new ReadBytes(0, 0);

    /** Returns both added up. */
    public ReadBytes plus(ReadBytes other) {
        return new ReadBytes(before + other.before, after + other.after);
    }
}
