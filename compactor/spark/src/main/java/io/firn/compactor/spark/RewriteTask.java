package io.firn.compactor.spark;

import io.firn.compactor.rewrite.Assignment;
import io.firn.compactor.rewrite.LocalRewriting;
import org.apache.iceberg.Table;
import org.apache.spark.TaskContext;

/** What an executor does. */
final class RewriteTask {
    private RewriteTask() {}

    static byte[] run(byte[] table, byte[] work, ExecutorLimits limits) {
        Assignment assignment = Bytes.read(work, Assignment.class);
        TaskContext task = TaskContext.get();
        return Bytes.of(LocalRewriting.alone(Bytes.read(table, Table.class), assignment, limits.machine())
                .after(task.attemptNumber()));
    }
}
