package io.firn.compactor;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;

/** Positions that delete files and deletion vectors mark in a data file. */
final class PositionDeletes {
    private final BaseDeleteLoader loader;

    PositionDeletes(Table table) {
        this.loader = new BaseDeleteLoader(table.io()::newInputFile);
    }

    /** Returns how many rows are marked; delete files that are the data file's alone are not opened for it. */
    long count(DataFile file, List<DeleteFile> deletes) {
        boolean own = deletes.stream().allMatch(ContentFileUtil::isFileScoped);
        return own
                ? deletes.stream().mapToLong(DeleteFile::recordCount).sum()
                : load(file, deletes).cardinality();
    }

    /** Returns the marked positions, from 0. */
    PositionDeleteIndex load(DataFile file, List<DeleteFile> deletes) {
        return deletes.isEmpty() ? Positions.none() : loader.loadPositionDeletes(deletes, file.location());
    }
}
