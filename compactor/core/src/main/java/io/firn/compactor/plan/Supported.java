package io.firn.compactor.plan;

import io.firn.catalog.FirnException;
import io.firn.workbench.RowByRow;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.jspecify.annotations.Nullable;

/** Which files can be read and written again without losing anything. */
final class Supported {
    private final boolean hasRowLineage;
    private final @Nullable String tableReason;

    Supported(Table table) {
        this.hasRowLineage = TableUtil.formatVersion(table) >= 3;
        this.tableReason = tableReason(table);
    }

    /** Returns in words for a person why the file must stay as it is; null when it may be rewritten. */
    @Nullable
    String whyNot(FileScanTask task) {
        if (tableReason != null) {
            return tableReason;
        }
        if (task.file().format() != FileFormat.PARQUET) {
            return "the file is not Parquet";
        }
        if (task.file().keyMetadata() != null) {
            return "the file is encrypted";
        }
        if (hasRowLineage && task.file().firstRowId() == null) {
            return "the file gets its row ids with the table's next commit";
        }
        for (DeleteFile delete : task.deletes()) {
            if (delete.content() == FileContent.EQUALITY_DELETES) {
                return "equality deletes apply to the file";
            }
        }
        return null;
    }

    private static @Nullable String tableReason(Table table) {
        if (table.properties().containsKey(TableProperties.DEFAULT_NAME_MAPPING)) {
            return "files without field ids are mapped by name";
        }
        try {
            RowByRow.requireOrder(table);
            return null;
        } catch (FirnException e) {
            return String.join("; ", e.problems());
        }
    }
}
