package io.firn.catalog;

/** Who can put a failure right. */
public enum Blame {
    /** The person at the keyboard: configuration, usage, permissions they set. */
    USER,
    /** Something outside this process: a broker, a database, a disk, another writer. Trying again may help. */
    EXTERNAL,
    /** Firn itself: this should not happen, and the log says where it did. */
    INTERNAL
}
