package io.firn.engine.seed;

/**
 * A part of a source table that is read by one statement and committed as one.
 *
 * @param number counts the parts of a table from 0
 * @param place where its rows are, in words that only the source understands
 * @param rows about how many it has
 */
public record SeedPart(int number, String place, long rows) {
    public SeedPart {
        if (number < 0 || rows < 0) {
            throw new IllegalArgumentException(
                    "a part's number and rows must not be negative but were " + number + " and " + rows);
        }
    }
}
