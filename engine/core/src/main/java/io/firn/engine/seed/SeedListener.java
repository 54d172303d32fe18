package io.firn.engine.seed;

/** Is told how a load goes on. Threads call it as they come. */
public interface SeedListener {
    /** Hears nothing. */
    SeedListener NONE = new SeedListener() {};

    /** The size is known. @param doneRows how many were read before */
    default void planned(long totalRows, long doneRows) {}

    /** So many more rows were read. */
    default void read(long rows) {}

    /** A part is in the lake. */
    default void finished(String table, SeedPart part) {}

    /** Something people may want to know. */
    default void note(String line) {}
}
