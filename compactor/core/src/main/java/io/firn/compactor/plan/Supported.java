package io.firn.compactor.plan;

import io.firn.catalog.FirnException;
import io.firn.workbench.DuckTypes;
import io.firn.workbench.SortOrders;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Which files can be read and written again without losing anything. */
final class Supported {
    /** DuckDB's Parquet writer has another form for these than Iceberg's specification. */
    private static final Set<Type.TypeID> NOT_WRITTEN_FAITHFULLY =
            Set.of(Type.TypeID.TIME, Type.TypeID.FIXED, Type.TypeID.TIMESTAMP_NANO);

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
            SortOrders.sql(table.sortOrder(), table.schema());
        } catch (FirnException e) {
            return String.join("; ", e.problems());
        }
        return table.schema().columns().stream()
                .map(Supported::columnReason)
                .filter(reason -> reason != null)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String columnReason(NestedField column) {
        for (Type type : TypeUtil.indexById(new Schema(column).asStruct()).values().stream()
                .map(NestedField::type)
                .toList()) {
            if (NOT_WRITTEN_FAITHFULLY.contains(type.typeId())) {
                return "column %s has the type %s, which DuckDB writes in another form".formatted(column.name(), type);
            }
        }
        try {
            DuckTypes.of(column.type());
        } catch (FirnException e) {
            return "column %s: %s".formatted(column.name(), String.join("; ", e.problems()));
        }
        return null;
    }
}
