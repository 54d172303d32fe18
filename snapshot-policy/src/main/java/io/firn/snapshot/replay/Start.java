package io.firn.snapshot.replay;

/** Where a replay begins. */
public enum Start {
    /** With the nearest earlier day that is tagged, and the changes after it. */
    NEAREST_DAY,
    /** With nothing, or the rows that the table was loaded with, and all changes. */
    BEGINNING
}
