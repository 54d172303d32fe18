package io.firn.compactor.layout;

/**
 * Where a file's rows lie in the sort order: a stretch of the line on which all bounds of a partition's files stand in
 * order. Files of one sorted run never overlap, however many rows with equal keys they share at their ends.
 *
 * @param from first place inside
 * @param to first place after it
 */
public record KeySpan(int from, int to) {
    public KeySpan {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException(
                    "a span must not be empty or negative but was %d to %d".formatted(from, to));
        }
    }

    /** Returns whether sorting the rows of both together would bring an order that they do not have. */
    public boolean overlaps(KeySpan other) {
        return from < other.to && other.from < to;
    }

    /** Returns the smallest span that has both. */
    public KeySpan hull(KeySpan other) {
        return new KeySpan(Math.min(from, other.from), Math.max(to, other.to));
    }

    /** Returns its length; a measure for comparison only. */
    public int width() {
        return to - from;
    }
}
