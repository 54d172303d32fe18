package io.firn.workbench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A local Parquet file, cut into several between its row groups. Nothing is decoded but columns that get a bloom
 * filter; those that have one keep it.
 */
final class RowGroupCut implements Closeable {

    private final ParquetFileReader reader;
    private final SeekableInputStream bytes;
    private final KeyFilters filters;

    private RowGroupCut(ParquetFileReader reader, SeekableInputStream bytes, KeyFilters filters) {
        this.reader = reader;
        this.bytes = bytes;
        this.filters = filters;
    }

    /** @param filtered ids of the columns that get bloom filters */
    static RowGroupCut open(Path file, Set<Integer> filtered) throws IOException {
        LocalParquet source = new LocalParquet(file);
        ParquetFileReader reader = source.open();
        try {
            return new RowGroupCut(reader, source.newStream(), KeyFilters.open(file, reader.getFooter(), filtered));
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    /** Row groups that become one file, in order. */
    record Part(List<BlockMetaData> rowGroups) {}

    /** Returns the row groups in up to {@code count} parts of nearly the same size in bytes, none of them empty. */
    List<Part> parts(int count) {
        List<BlockMetaData> rowGroups = reader.getRowGroups();
        double share = (double) rowGroups.stream()
                        .mapToLong(BlockMetaData::getCompressedSize)
                        .sum()
                / count;
        Map<Integer, List<BlockMetaData>> parts = new TreeMap<>();
        double before = 0;
        for (BlockMetaData rowGroup : rowGroups) {
            double middle = before + rowGroup.getCompressedSize() / 2.0;
            parts.computeIfAbsent((int) (middle / share), part -> new ArrayList<>())
                    .add(rowGroup);
            before += rowGroup.getCompressedSize();
        }
        return parts.values().stream().map(Part::new).toList();
    }

    /** Writes one of the parts; they have to be written in order. */
    void write(Part part, Path file) throws IOException {
        FileMetaData metadata = reader.getFooter().getFileMetaData();
        try (ParquetFileWriter writer = LocalParquetOut.writer(file, metadata.getSchema())) {
            writer.start();
            for (BlockMetaData rowGroup : part.rowGroups()) {
                append(writer, rowGroup);
            }
            writer.end(metadata.getKeyValueMetaData());
        }
    }

    private void append(ParquetFileWriter writer, BlockMetaData rowGroup) throws IOException {
        Map<ColumnPath, ColumnChunkMetaData> chunks = new HashMap<>();
        rowGroup.getColumns().forEach(chunk -> chunks.put(chunk.getPath(), chunk));
        Map<ColumnPath, BloomFilter> made = filters.next();
        writer.startBlock(rowGroup.getRowCount());
        for (ColumnDescriptor column :
                reader.getFooter().getFileMetaData().getSchema().getColumns()) {
            ColumnChunkMetaData chunk = chunks.get(ColumnPath.get(column.getPath()));
            if (chunk == null) {
                throw new IOException("a row group lacks the column " + column);
            }
            BloomFilter filter = made.get(chunk.getPath());
            writer.appendColumnChunk(
                    column, bytes, chunk, filter == null ? reader.readBloomFilter(chunk) : filter, null, null);
        }
        writer.endBlock();
    }

    @Override
    public void close() throws IOException {
        try (bytes;
                filters) {
            reader.close();
        }
    }
}
