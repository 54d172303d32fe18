package io.firn.compactor.layout;

import java.util.List;
import java.util.Objects;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;

/** Files to be read, whether a snapshot has them or not. */
public final class Tasks {
    private Tasks() {}

    /** A file with the deletes that apply to it. */
    public static FileScanTask of(Table table, LiveFile file) {
        return of(table, file.file(), file.deletes());
    }

    /** A file without deletes. */
    public static FileScanTask of(Table table, DataFile file) {
        return of(table, file, List.of());
    }

    private static FileScanTask of(Table table, DataFile file, List<DeleteFile> deletes) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(file.specId()));
        return new BaseFileScanTask(
                file,
                deletes.toArray(DeleteFile[]::new),
                SchemaParser.toJson(table.schema()),
                PartitionSpecParser.toJson(spec),
                ResidualEvaluator.of(spec, Expressions.alwaysTrue(), true));
    }
}
