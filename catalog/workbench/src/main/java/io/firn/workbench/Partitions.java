package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Partition values computed inside DuckDB, equal to those of Iceberg's transforms. */
public final class Partitions {
    private Partitions() {}

    /**
     * Returns for each field of the spec an SQL expression over the table's columns; dates are days and times
     * microseconds since 1970.
     *
     * @throws FirnException when a source column is nested, or a transform or type is not supported
     */
    public static List<String> expressions(PartitionSpec spec, Schema schema) {
        List<String> expressions = new ArrayList<>();
        for (PartitionField field : spec.fields()) {
            expressions.add(Transforms.sql(field.transform(), topLevel(schema, field.sourceId())));
        }
        return expressions;
    }

    static NestedField topLevel(Schema schema, int id) {
        NestedField source = schema.asStruct().field(id);
        if (source == null) {
            throw new FirnException(
                    ErrorCode.TYPE_UNSUPPORTED,
                    "partitioning or sorting by the nested field %s is not supported"
                            .formatted(schema.findColumnName(id)));
        }
        return source;
    }

    /**
     * Reads a partition from a query's result.
     *
     * @param firstColumn where in the row the values of {@link #expressions} begin, from 1
     * @return the partition of the result's current row
     */
    public static StructLike read(PartitionSpec spec, ResultSet row, int firstColumn) throws SQLException {
        PartitionData partition = new PartitionData(spec.partitionType());
        for (int i = 0; i < partition.size(); i++) {
            Object value = value(spec.partitionType().fields().get(i).type(), row, firstColumn + i);
            partition.set(i, row.wasNull() ? null : value);
        }
        return partition;
    }

    private static @Nullable Object value(Type type, ResultSet row, int column) throws SQLException {
        return switch (type.typeId()) {
            case BOOLEAN -> row.getBoolean(column);
            case INTEGER, DATE -> row.getInt(column);
            case LONG, TIME, TIMESTAMP, TIMESTAMP_NANO -> row.getLong(column);
            case FLOAT -> row.getFloat(column);
            case DOUBLE -> row.getDouble(column);
            case STRING -> row.getString(column);
            case DECIMAL -> row.getBigDecimal(column);
            case UUID -> uuid(row.getString(column));
            case BINARY, FIXED -> buffer(row.getBytes(column));
            default ->
                throw new FirnException(ErrorCode.TYPE_UNSUPPORTED, "partitions of " + type + " are not supported");
        };
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text == null ? null : UUID.fromString(text);
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
