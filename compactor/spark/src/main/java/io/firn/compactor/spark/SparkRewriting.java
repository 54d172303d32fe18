package io.firn.compactor.spark;

import io.firn.compactor.rewrite.Assignment;
import io.firn.compactor.rewrite.RewriteResult;
import io.firn.compactor.rewrite.Rewriting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites each group in a Spark task, which writes and proves the new files where they belong and sends back only what
 * they are. A task that is lost with its executor is tried again by Spark.
 */
final class SparkRewriting implements Rewriting {
    private static final Logger LOG = LoggerFactory.getLogger(SparkRewriting.class);

    private final JavaSparkContext spark;
    private final ExecutorLimits limits;

    SparkRewriting(JavaSparkContext spark, ExecutorLimits limits) {
        this.spark = spark;
        this.limits = limits;
    }

    @Override
    public void run(Table table, List<Assignment> work, Listener listener) {
        Map<String, Assignment> assignments = new HashMap<>();
        for (Assignment assignment : work) {
            assignments.put(assignment.operation(), assignment);
            listener.begins(assignment);
        }
        for (byte[] result : results(table, work)) {
            RewriteResult ended = Bytes.read(result, RewriteResult.class);
            Assignment assignment = assignments.remove(ended.operation());
            if (assignment != null) {
                listener.ended(assignment, ended);
            }
        }
        assignments
                .values()
                .forEach(assignment -> listener.ended(
                        assignment, RewriteResult.failed(assignment, "Spark gave its task up; see Spark's log")));
    }

    /** Bytes, so that it does not matter how Spark is told to serialize. */
    private List<byte[]> results(Table table, List<Assignment> work) {
        Broadcast<byte[]> shared = spark.broadcast(Bytes.of(SerializableTable.copyOf(table)));
        ExecutorLimits each = limits;
        try {
            return spark.parallelize(work.stream().map(Bytes::of).toList(), work.size())
                    .map(assignment -> RewriteTask.run(shared.value(), assignment, each))
                    .collect();
        } catch (RuntimeException e) {
            if (!(e.getCause() instanceof SparkException)
                    && !e.getClass().getName().startsWith("org.apache.spark")) {
                throw e;
            }
            LOG.warn("{}: Spark could not rewrite {} groups", table.name(), work.size(), e);
            return List.of();
        } finally {
            shared.destroy();
        }
    }
}
