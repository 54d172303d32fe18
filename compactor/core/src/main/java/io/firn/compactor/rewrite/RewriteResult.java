package io.firn.compactor.rewrite;

import java.io.Serializable;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * What became of an {@link Assignment}.
 *
 * @param outputs the new files, in sort order; none when the group could not be rewritten or has no live row
 * @param failures what the proof found to be wrong with them; empty when they hold the same rows
 * @param problem why the group could not be rewritten; null when it was
 * @param attempt how often it had been tried before, and may have left files behind
 */
public record RewriteResult(
        String operation,
        List<DataFile> outputs,
        List<String> failures,
        @Nullable String problem,
        int attempt) implements Serializable {
    public RewriteResult {
        outputs = List.copyOf(outputs);
        failures = List.copyOf(failures);
    }

    static RewriteResult of(Assignment assignment, GroupRewrite.Outcome outcome) {
        return new RewriteResult(assignment.operation(), outcome.rewritten().outputs(), outcome.failures(), null, 0);
    }

    /** The group could not be rewritten. */
    public static RewriteResult failed(Assignment assignment, String problem) {
        return new RewriteResult(assignment.operation(), List.of(), List.of(), problem, 0);
    }

    /** Returns the same, found by an attempt after so many others. */
    public RewriteResult after(int attempts) {
        return new RewriteResult(operation, outputs, failures, problem, attempts);
    }
}
