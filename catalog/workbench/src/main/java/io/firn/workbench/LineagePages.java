package io.firn.workbench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * The two columns of row lineage, encoded by themselves. Ids that follow each other take a fraction of a byte as deltas
 * (Parquet's DELTA_BINARY_PACKED), so they need no compression.
 */
final class LineagePages {
    private static final int BLOCK = 128;
    private static final int MINI_BLOCKS = 4;
    private static final int INITIAL_BYTES = 1 << 10;
    /** Values in a page; Parquet's writers use pages of about this many rows, so that a reader may skip some. */
    private static final int PAGE_VALUES = 20_000;

    private static final List<NestedField> FIELDS =
            List.of(MetadataColumns.ROW_ID, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);

    private LineagePages() {}

    /** Whether a column is one of the two. */
    static boolean isLineage(Type column) {
        return column.getId() != null
                && FIELDS.stream()
                        .anyMatch(field -> field.fieldId() == column.getId().intValue());
    }

    /** Returns the columns followed by the two of row lineage. */
    static MessageType with(MessageType schema) {
        List<Type> columns = new ArrayList<>(schema.getFields());
        FIELDS.forEach(field -> columns.add(type(field)));
        return new MessageType(schema.getName(), columns);
    }

    private static PrimitiveType type(NestedField field) {
        return Types.required(PrimitiveTypeName.INT64).id(field.fieldId()).named(field.name());
    }

    /** Writes both columns of the open row group. */
    static void write(ParquetFileWriter writer, MessageType schema, long[] rowIds, long[] sequences)
            throws IOException {
        write(writer, schema, MetadataColumns.ROW_ID, rowIds);
        write(writer, schema, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER, sequences);
    }

    private static void write(ParquetFileWriter writer, MessageType schema, NestedField field, long[] values)
            throws IOException {
        ColumnDescriptor column = schema.getColumnDescription(new String[] {field.name()});
        writer.startColumn(column, values.length, CompressionCodecName.UNCOMPRESSED);
        for (int from = 0; from < values.length; from += PAGE_VALUES) {
            page(writer, column, values, from, Math.min(values.length, from + PAGE_VALUES));
        }
        writer.endColumn();
    }

    private static void page(ParquetFileWriter writer, ColumnDescriptor column, long[] values, int from, int to)
            throws IOException {
        DeltaBinaryPackingValuesWriterForLong encoder = new DeltaBinaryPackingValuesWriterForLong(
                BLOCK,
                MINI_BLOCKS,
                INITIAL_BYTES,
                Math.max(INITIAL_BYTES, (to - from) * Long.BYTES),
                new HeapByteBufferAllocator());
        Statistics<?> statistics = Statistics.createStats(column.getPrimitiveType());
        for (int i = from; i < to; i++) {
            encoder.writeLong(values[i]);
            statistics.updateStats(values[i]);
        }
        BytesInput bytes = encoder.getBytes();
        writer.writeDataPage(
                to - from,
                (int) bytes.size(),
                bytes,
                statistics,
                to - from,
                Encoding.BIT_PACKED,
                Encoding.BIT_PACKED,
                Encoding.DELTA_BINARY_PACKED);
        encoder.close();
    }
}
