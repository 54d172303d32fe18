package io.firn.catalog;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;

/**
 * Who reads the manifests of a commit. Iceberg hands them to its workers and asks only every 10 ms whether they are
 * done, several times in a commit: where that is longer than the work, the committing thread does it itself.
 */
final class CommitThreads {
    private static final ExecutorService CALLER = new Caller();

    private CommitThreads() {}

    /** For a commit that only adds, and so reads few manifests or none. */
    static <T extends SnapshotUpdate<T>> T forAppend(T update) {
        return update.scanManifestsWith(CALLER);
    }

    /** For a commit that may read all manifests of a table, which is worth workers unless they are at hand. */
    static <T extends SnapshotUpdate<T>> T forChange(Table table, T update) {
        return LocalFileIO.handles(table.location()) ? update.scanManifestsWith(CALLER) : update;
    }

    /** Runs everything at once in the thread that brings it; never ends. */
    private static final class Caller extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
