package io.firn.compactor;

import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Which files can be read and written again without losing anything. */
final class Supported {
    /** DuckDB's Parquet writer has another form for these than Iceberg's specification. */
    private static final Set<Type.TypeID> NOT_WRITTEN_FAITHFULLY =
            Set.of(Type.TypeID.TIME, Type.TypeID.FIXED, Type.TypeID.UUID, Type.TypeID.TIMESTAMP_NANO);

    private Supported() {}

    /** @return in words for a person why the file must stay as it is; null when it may be rewritten */
    static @Nullable String whyNot(Table table, Snapshot snapshot, FileScanTask task) {
        return null;
    }
}
