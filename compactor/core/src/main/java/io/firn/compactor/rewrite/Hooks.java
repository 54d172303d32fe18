package io.firn.compactor.rewrite;

import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import java.util.Collection;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/** Moments between the phases of a compaction, where others may get in. */
public interface Hooks {
    /** Nothing happens. */
    Hooks NONE = new Hooks() {};

    /** A table was planned, and nothing was read of its files. */
    default void planned(CompactionPlan plan) {}

    /** A new file is written, at a location or on a local path, and was not proven. */
    default void written(String file) {}

    /** A group's new files are written and proven. */
    default void rewritten(FileGroup group) {}

    /** Deletes are carried over; the commit is about to be tried. */
    default void committing(int attempt) {}

    /**
     * New files are to take the place of old ones: runs the commit once, at once or at a moment when others are not
     * disturbed, in any thread.
     *
     * @throws RuntimeException what the commit throws
     */
    default void commit(Table table, Collection<DataFile> added, Runnable commit) {
        commit.run();
    }
}
