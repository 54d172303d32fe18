package io.firn.catalog.config;

/** What becomes of a column's values before anything is written anywhere. */
public enum ColumnPolicy {
    /** The lake has no such column. */
    DROP,
    /** Every value is the same text; null stays null. */
    MASK,
    /** Every value is its keyed hash. */
    HASH,
    /** Every value is another of the same length, with digits for digits and letters for letters. */
    TOKENIZE;

    /** @return whether it needs a key */
    public boolean isKeyed() {
        return this == HASH || this == TOKENIZE;
    }
}
