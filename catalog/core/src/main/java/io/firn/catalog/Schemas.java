package io.firn.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Builds the schemas of a current table and of its change log. A column's doc keeps PostgreSQL's spelling of its type.
 */
final class Schemas {
    private Schemas() {}

    static Schema current(SourceTable source, List<String> key, String table) {
        AtomicInteger lastId = new AtomicInteger(source.columns().size());
        List<NestedField> fields = new ArrayList<>();
        Set<Integer> identifiers = new HashSet<>();
        for (SourceColumn column : source.columns()) {
            int id = fields.size() + 1;
            Type type = PostgresTypes.icebergType(column.type(), lastId::incrementAndGet);
            boolean identifying = key.contains(column.name());
            if (identifying) {
                identifiers.add(id);
            }
            fields.add(field(id, column.name(), type, identifying, column.type()));
        }
        for (String column : key) {
            requireColumn(source, column, "tables." + table + ".key");
        }
        return new Schema(fields, identifiers);
    }

    private static NestedField field(int id, String name, Type type, boolean required, String doc) {
        return required ? NestedField.required(id, name, type, doc) : NestedField.optional(id, name, type, doc);
    }

    static void requireColumn(SourceTable source, String column, String setting) {
        if (source.columns().stream().noneMatch(c -> c.name().equals(column))) {
            throw new FirnException(
                    ErrorCode.COLUMN_NOT_FOUND,
                    "%s names %s, which is not a column of %s (%s)"
                            .formatted(
                                    setting,
                                    column,
                                    source.name(),
                                    String.join(
                                            ", ",
                                            source.columns().stream()
                                                    .map(SourceColumn::name)
                                                    .toList())));
        }
    }

    /** The table's columns, all optional for a truncate has none, then {@link ChangeLogColumns}. */
    static Schema changeLog(Schema current) {
        AtomicInteger lastId = new AtomicInteger();
        List<NestedField> after = fresh(current.columns(), lastId);
        List<NestedField> fields = new ArrayList<>(after);
        int before = lastId.incrementAndGet();
        fields.add(optional(before, ChangeLogColumns.BEFORE, Types.StructType.of(fresh(current.columns(), lastId))));
        int changed = lastId.incrementAndGet();
        Type names = Types.ListType.ofOptional(lastId.incrementAndGet(), Types.StringType.get());
        fields.add(optional(changed, ChangeLogColumns.CHANGED, names));
        fields.add(required(lastId, ChangeLogColumns.OPERATION, Types.StringType.get()));
        fields.add(required(lastId, ChangeLogColumns.LSN, Types.LongType.get()));
        fields.add(optional(lastId.incrementAndGet(), ChangeLogColumns.TRANSACTION, Types.LongType.get()));
        fields.add(optional(lastId.incrementAndGet(), ChangeLogColumns.TRANSACTION_ORDER, Types.LongType.get()));
        fields.add(required(lastId, ChangeLogColumns.SOURCE_TIME, Types.TimestampType.withZone()));
        fields.add(required(lastId, ChangeLogColumns.INGESTED_AT, Types.TimestampType.withZone()));
        fields.add(required(lastId, ChangeLogColumns.CUT, Types.LongType.get()));
        fields.add(required(lastId, ChangeLogColumns.TOPIC, Types.StringType.get()));
        fields.add(required(lastId, ChangeLogColumns.PARTITION, Types.IntegerType.get()));
        fields.add(required(lastId, ChangeLogColumns.OFFSET, Types.LongType.get()));
        return new Schema(fields);
    }

    private static List<NestedField> fresh(List<NestedField> columns, AtomicInteger lastId) {
        Schema renumbered = TypeUtil.assignFreshIds(new Schema(columns), lastId::incrementAndGet);
        return renumbered.columns().stream()
                .map(column -> NestedField.optional(column.fieldId(), column.name(), column.type(), column.doc()))
                .toList();
    }

    private static NestedField optional(int id, String name, Type type) {
        return NestedField.optional(id, name, type);
    }

    private static NestedField required(AtomicInteger lastId, String name, Type type) {
        return NestedField.required(lastId.incrementAndGet(), name, type);
    }
}
