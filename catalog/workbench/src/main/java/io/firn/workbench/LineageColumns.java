package io.firn.workbench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The identities of a file's rows, row group by row group: what is stored in the file, and where nothing is, what the
 * table's metadata says (Iceberg's specification, "Row Lineage").
 */
final class LineageColumns {
    private final ParquetFileReader reader;
    private final MessageType stored;
    private final long firstRowId;
    private final long sequence;
    private long position;

    private LineageColumns(ParquetFileReader reader, long firstRowId, long sequence) {
        this.reader = reader;
        MessageType schema = reader.getFileMetaData().getSchema();
        List<Type> columns =
                schema.getFields().stream().filter(LineagePages::isLineage).toList();
        this.stored = new MessageType(schema.getName(), columns);
        this.firstRowId = firstRowId;
        this.sequence = sequence;
        if (!columns.isEmpty()) {
            reader.setRequestedSchema(stored);
        }
    }

    /**
     * The rows of a file of the table.
     *
     * @param reader of the whole file, from which this takes every row group in turn
     */
    static LineageColumns of(ParquetFileReader reader, DataFile file) {
        return new LineageColumns(
                reader,
                required(file, file.firstRowId(), "first row id"),
                required(file, file.dataSequenceNumber(), "sequence number"));
    }

    /** The rows of a file that says all about them itself; what it leaves out is negative. */
    static LineageColumns stored(ParquetFileReader reader) {
        return new LineageColumns(reader, Integer.MIN_VALUE, Integer.MIN_VALUE);
    }

    private static long required(DataFile file, @Nullable Long value, String what) {
        if (value == null) {
            throw new IllegalArgumentException(file.location() + " has no " + what);
        }
        return value;
    }

    /** Row ids and sequence numbers of last updates, of equal length. */
    record Values(long[] rowIds, long[] sequences) {
        boolean same(Values other) {
            return Arrays.equals(rowIds, other.rowIds) && Arrays.equals(sequences, other.sequences);
        }
    }

    /** Returns those of the next row group. */
    Values next(int rows) throws IOException {
        long[] rowIds = new long[rows];
        long[] sequences = new long[rows];
        for (int i = 0; i < rows; i++) {
            rowIds[i] = firstRowId + position + i;
        }
        Arrays.fill(sequences, sequence);
        if (stored.getFieldCount() > 0) {
            PageReadStore pages = reader.readNextRowGroup();
            overlay(pages, MetadataColumns.ROW_ID, rowIds);
            overlay(pages, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER, sequences);
        }
        position += rows;
        return new Values(rowIds, sequences);
    }

    private void overlay(PageReadStore pages, NestedField field, long[] values) {
        for (ColumnDescriptor column : stored.getColumns()) {
            if (column.getPrimitiveType().getId().intValue() == field.fieldId()) {
                ColumnReader cells = new ColumnReadStoreImpl(
                                pages,
                                new Ignored(),
                                stored,
                                reader.getFileMetaData().getCreatedBy())
                        .getColumnReader(column);
                for (int i = 0; i < values.length; i++) {
                    if (cells.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel()) {
                        values[i] = cells.getLong();
                    }
                    cells.consume();
                }
            }
        }
    }

    /** Parquet's column readers want to be told where values go, even when they are only asked for them. */
    static final class Ignored extends GroupConverter {
        @Override
        public Converter getConverter(int field) {
            return new PrimitiveConverter() {
                @Override
                public void addLong(long value) {}
            };
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
