package io.firn.compactor.plan;

import io.firn.compactor.layout.LiveFile;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.StructLike;

/**
 * Files of one partition that are rewritten together, into files of the same partition, or of those that the table has
 * now in its place.
 *
 * @param specId the partition spec of the files
 * @param partition their partition
 * @param partitionName the partition as a path, empty for an unpartitioned table
 * @param depth the most files that hold rows of one place in the sort order; 1 without a sort order
 * @param lookUpBytes bytes of the files that may hold a value of the sort key, on average over the group's range
 * @param files at least one
 */
public record FileGroup(
        int specId,
        StructLike partition,
        String partitionName,
        Reason reason,
        int depth,
        long lookUpBytes,
        List<LiveFile> files)
        implements Serializable {
    public FileGroup {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a group must have files");
        }
    }

    /** Returns the locations of the files. */
    public Set<String> paths() {
        return files.stream().map(LiveFile::path).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns bytes of the data files to read. */
    public long bytes() {
        return files.stream().mapToLong(LiveFile::bytes).sum();
    }

    /** Returns bytes of the files that a tag keeps after they are replaced. */
    public long pinnedBytes() {
        return files.stream().mapToLong(LiveFile::pinnedBytes).sum();
    }

    /** Returns rows to read, the deleted ones included. */
    public long rows() {
        return files.stream().mapToLong(file -> file.file().recordCount()).sum();
    }

    /** Returns rows that leave storage. */
    public long deletedRows() {
        return files.stream().mapToLong(LiveFile::deletedRows).sum();
    }

    /** Bytes that are paid for each file that a reader no longer has to open. */
    double costPerFileSaved(PlanRules rules) {
        int saved = files.size() - rules.filesFor(bytes());
        double cost = (double) bytes() + pinnedBytes();
        return cost / Math.max(1, saved);
    }
}
