package io.firn.compactor.journal;

import io.firn.compactor.commit.Planned;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.Reason;
import io.firn.compactor.rewrite.RewrittenGroup;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * One rewrite as the journal has it.
 *
 * @param operation begins the name of every file the rewrite writes
 * @param at when this was written
 * @param work null while new files are being written
 * @param evidence why the new files are kept but must not be committed; empty otherwise
 */
record JournalEntry(
        String operation,
        Owner owner,
        Instant at,
        @org.jspecify.annotations.Nullable Work work,
        List<String> evidence) {
    JournalEntry {
        evidence = List.copyOf(evidence);
    }

    /**
     * A group's finished files.
     *
     * @param inputs what they replace
     * @param outputs the new files
     */
    record Work(
            Planned planned,
            Reason reason,
            int depth,
            String partitionName,
            List<Input> inputs,
            List<DataFile> outputs) {
        Work {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }

        static Work of(RewrittenGroup rewritten, Planned planned) {
            FileGroup group = rewritten.group();
            List<Input> inputs = group.files().stream()
                    .map(file -> new Input(file.path(), file.deletes(), file.deletedRows(), file.pinned()))
                    .toList();
            return new Work(planned, group.reason(), group.depth(), group.partitionName(), inputs, rewritten.outputs());
        }
    }

    /** A file that is replaced, with the deletes that its new files leave out. */
    record Input(String path, List<DeleteFile> deletes, long deletedRows, boolean pinned) {
        Input {
            deletes = List.copyOf(deletes);
        }
    }
}
