package io.firn.catalog.config;

/** What a row is in Redis. */
public enum RowForm {
    /** A hash: one field for each value. */
    HASH,
    /** A string: a JSON object. */
    JSON,
    /** A string: a JSON array of the values, without their names. */
    PACKED
}
