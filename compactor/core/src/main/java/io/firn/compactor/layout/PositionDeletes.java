package io.firn.compactor.layout;

import io.firn.workbench.SerialDeleteLoader;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;

/** Positions that delete files and deletion vectors mark in a data file. */
public final class PositionDeletes {
    private final SerialDeleteLoader loader;

    /** Reads delete files of a table. */
    public PositionDeletes(Table table) {
        this.loader = new SerialDeleteLoader(table);
    }

    /** Returns how many rows are marked; delete files that are the data file's alone are not opened for it. */
    public long count(DataFile file, List<DeleteFile> deletes) {
        boolean own = deletes.stream().allMatch(ContentFileUtil::isFileScoped);
        return own
                ? deletes.stream().mapToLong(DeleteFile::recordCount).sum()
                : load(file, deletes).cardinality();
    }

    /** Returns how many rows of the files are marked, by opening every delete file. */
    public long marked(List<LiveFile> files) {
        LongAdder marked = new LongAdder();
        Tasks.foreach(files)
                .executeWith(ThreadPools.getDeleteWorkerPool())
                .stopOnFailure()
                .throwFailureWhenFinished()
                .run(file -> marked.add(load(file.file(), file.deletes()).cardinality()));
        return marked.sum();
    }

    /** Returns the marked positions, from 0. */
    public PositionDeleteIndex load(DataFile file, List<DeleteFile> deletes) {
        return deletes.isEmpty() ? Positions.none() : loader.loadPositionDeletes(deletes, file.location());
    }
}
