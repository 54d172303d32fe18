package io.firn.catalog.config;

/** What it means when an expectation does not hold. */
public enum Severity {
    /** Readers should not rely on the table. */
    CRITICAL,
    /** Somebody should look. */
    WARN,
    /** It is not checked. */
    OFF
}
