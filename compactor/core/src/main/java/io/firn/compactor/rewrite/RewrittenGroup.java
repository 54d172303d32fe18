package io.firn.compactor.rewrite;

import io.firn.compactor.plan.FileGroup;
import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * A group whose new files are written and not committed.
 *
 * @param operation names the rewrite in the journal, and begins the name of every new file
 * @param outputs in sort order; empty when all rows are deleted
 */
public record RewrittenGroup(String operation, FileGroup group, List<DataFile> outputs) {
    public RewrittenGroup {
        outputs = List.copyOf(outputs);
    }

    /** Returns the size of the new files. */
    public long bytes() {
        return outputs.stream().mapToLong(DataFile::fileSizeInBytes).sum();
    }
}
