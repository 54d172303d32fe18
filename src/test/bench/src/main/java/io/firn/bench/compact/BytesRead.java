package io.firn.bench.compact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.parquet.ParquetBloomRowGroupFilter;
import org.apache.iceberg.parquet.ParquetMetricsRowGroupFilter;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.BloomFilterReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Bytes that Iceberg's Parquet reader reads for all columns of the rows that meet a predicate. */
final class BytesRead {
    private static final ParquetReadOptions OPTIONS =
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    /** A Parquet file ends with its footer's length and four letters. */
    private static final int TAIL_BYTES = 8;

    private final Schema schema;

    BytesRead(Schema schema) {
        this.schema = schema;
    }

    /** Returns the bytes of the table's current files. */
    long of(Table table, Expression filter) throws IOException {
        long bytes = 0;
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().filter(filter).planFiles()) {
            for (FileScanTask task : tasks) {
                bytes += of(Path.of(task.file().location().substring("file:".length())), filter);
            }
        }
        return bytes;
    }

    /** Returns the bytes of one file, with or without field ids. */
    long of(Path file, Expression filter) throws IOException {
        long bytes = TAIL_BYTES + footerBytes(file);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), OPTIONS)) {
            MessageType stored = reader.getFileMetaData().getSchema();
            MessageType columns = ParquetSchemaUtil.hasIds(stored)
                    ? stored
                    : ParquetSchemaUtil.applyNameMapping(stored, MappingUtil.create(schema));
            ParquetMetricsRowGroupFilter bounds = new ParquetMetricsRowGroupFilter(schema, filter);
            ParquetBloomRowGroupFilter blooms = new ParquetBloomRowGroupFilter(schema, filter);
            for (BlockMetaData rowGroup : reader.getRowGroups()) {
                if (bounds.shouldRead(columns, rowGroup)) {
                    CountedFilters counted = new CountedFilters(reader, rowGroup);
                    boolean read = blooms.shouldRead(columns, rowGroup, counted);
                    bytes += counted.bytes + (read ? rowGroup.getCompressedSize() : 0);
                }
            }
        }
        return bytes;
    }

    private static int footerBytes(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(tail, channel.size() - TAIL_BYTES);
            return tail.getInt(0);
        }
    }

    private static final class CountedFilters extends BloomFilterReader {
        private long bytes;

        CountedFilters(ParquetFileReader reader, BlockMetaData rowGroup) {
            super(reader, rowGroup);
        }

        @Override
        public @Nullable BloomFilter readBloomFilter(ColumnChunkMetaData chunk) {
            BloomFilter filter = super.readBloomFilter(chunk);
            bytes += filter == null ? 0 : filter.getBitsetSize();
            return filter;
        }
    }
}
