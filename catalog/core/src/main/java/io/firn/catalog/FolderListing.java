package io.firn.catalog;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** The files below a folder of a lake. */
public final class FolderListing {
    private FolderListing() {}

    /**
     * Returns the files; none when there is no such folder, which an object store never knows and Hadoop's file systems
     * fail with.
     */
    public static List<FileInfo> files(SupportsPrefixOperations io, String folder) {
        List<FileInfo> files = new ArrayList<>();
        try {
            io.listPrefix(folder).forEach(files::add);
        } catch (UncheckedIOException e) {
            boolean noFolder = files.isEmpty() && e.getCause() instanceof FileNotFoundException;
            if (!noFolder) {
                throw e;
            }
        }
        return files;
    }
}
