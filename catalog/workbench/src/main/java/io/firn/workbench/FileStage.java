package io.firn.workbench;

import java.util.Collection;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/** Brings data files to where DuckDB can read them. */
@FunctionalInterface
public interface FileStage {
    /**
     * @param io reads the files where the table keeps them
     * @return the files on the local disk
     * @throws io.firn.catalog.FirnException when a file cannot be read, or when they do not fit all together
     */
    Staged stage(FileIO io, Collection<DataFile> files);

    /** Files that stay on the local disk until this is closed. */
    interface Staged extends AutoCloseable {
        /** @return the path of a file that was asked for, by its location in the table */
        String path(String location);

        @Override
        void close();
    }
}
