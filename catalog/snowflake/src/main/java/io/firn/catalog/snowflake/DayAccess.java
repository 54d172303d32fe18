package io.firn.catalog.snowflake;

/** How a day is read, once it is known what the account can. */
public enum DayAccess {
    VERSION_TAG,
    PINNED
}
