package io.firn.compactor;

import java.util.List;
import org.apache.iceberg.DataFile;

/**
 * A group whose new files are written and not committed.
 *
 * @param outputs in sort order; empty when all rows are deleted
 */
record RewrittenGroup(FileGroup group, List<DataFile> outputs) {
    RewrittenGroup {
        outputs = List.copyOf(outputs);
    }

    long bytes() {
        return outputs.stream().mapToLong(DataFile::fileSizeInBytes).sum();
    }
}
