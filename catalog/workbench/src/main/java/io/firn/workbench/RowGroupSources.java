package io.firn.workbench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Files whose row groups are copied in order; one of them is open at a time. */
final class RowGroupSources implements Closeable {
    private static final int COMPARED_BYTES = 1 << 20;

    private final List<RowGroupJoin.Source> sources;
    private final boolean lineage;
    private int current = -1;
    private @Nullable ParquetFileReader reader;
    private @Nullable SeekableInputStream bytes;
    private @Nullable LineageColumns identities;

    /** @param lineage whether new files have the columns of row lineage */
    RowGroupSources(List<RowGroupJoin.Source> sources, boolean lineage) {
        this.sources = sources;
        this.lineage = lineage;
    }

    /** A row group of one of the sources. */
    record Ref(int source, BlockMetaData rowGroup) {}

    /**
     * Writes the next row groups into a file.
     *
     * @param copied columns that are taken as they are
     * @param whole all columns of the new file
     */
    void write(List<Ref> part, MessageType copied, MessageType whole, Path file) throws IOException {
        try (ParquetFileWriter writer = LocalParquetOut.writer(file, whole)) {
            writer.start();
            for (Ref ref : part) {
                append(writer, ref, copied, whole);
            }
            writer.end(keyValues());
        }
    }

    /** What all sources say about themselves in the same words. */
    private Map<String, String> keyValues() {
        Map<String, String> first = keyValues(sources.get(0));
        return sources.stream().allMatch(source -> keyValues(source).equals(first)) ? first : Map.of();
    }

    private static Map<String, String> keyValues(RowGroupJoin.Source source) {
        return source.footer().getFileMetaData().getKeyValueMetaData();
    }

    private void append(ParquetFileWriter writer, Ref ref, MessageType copied, MessageType whole) throws IOException {
        open(ref.source());
        Map<ColumnPath, ColumnChunkMetaData> chunks = chunks(ref.rowGroup());
        writer.startBlock(ref.rowGroup().getRowCount());
        for (ColumnDescriptor column : copied.getColumns()) {
            ColumnChunkMetaData chunk = chunk(chunks, column);
            writer.appendColumnChunk(column, bytes, chunk, bloomFilter(chunk), null, null);
        }
        if (identities != null) {
            LineageColumns.Values values =
                    identities.next(Math.toIntExact(ref.rowGroup().getRowCount()));
            LineagePages.write(writer, whole, values.rowIds(), values.sequences());
        }
        writer.endBlock();
    }

    private @Nullable BloomFilter bloomFilter(ColumnChunkMetaData chunk) throws IOException {
        return chunk.getBloomFilterOffset() < 0 || reader == null ? null : reader.readBloomFilter(chunk);
    }

    private static Map<ColumnPath, ColumnChunkMetaData> chunks(BlockMetaData rowGroup) {
        Map<ColumnPath, ColumnChunkMetaData> chunks = new HashMap<>();
        rowGroup.getColumns().forEach(chunk -> chunks.put(chunk.getPath(), chunk));
        return chunks;
    }

    private static ColumnChunkMetaData chunk(Map<ColumnPath, ColumnChunkMetaData> chunks, ColumnDescriptor column)
            throws IOException {
        ColumnChunkMetaData chunk = chunks.get(ColumnPath.get(column.getPath()));
        if (chunk == null) {
            throw new IOException("a row group lacks the column " + column);
        }
        return chunk;
    }

    private void open(int source) throws IOException {
        if (source == current) {
            return;
        }
        close();
        LocalParquet file = new LocalParquet(sources.get(source).path());
        reader = ParquetFileReader.open(file);
        bytes = file.newStream();
        identities = lineage ? new LineageColumns(reader, sources.get(source).file()) : null;
        current = source;
    }

    /** Returns how a written file differs from what was copied into it: row counts, columns, bytes of each column. */
    List<String> compare(List<Ref> part, Path file) throws IOException {
        List<String> differences = new ArrayList<>();
        List<BlockMetaData> written = LocalParquet.footer(file).getBlocks();
        if (written.size() != part.size()) {
            return List.of("row groups: %d read, %d written".formatted(part.size(), written.size()));
        }
        try (FileChannel after = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int i = 0; i < written.size(); i++) {
                Path source = sources.get(part.get(i).source()).path();
                try (FileChannel before = FileChannel.open(source, StandardOpenOption.READ)) {
                    compare(part.get(i).rowGroup(), before, written.get(i), after, differences);
                }
            }
        }
        return differences;
    }

    private static void compare(
            BlockMetaData read, FileChannel before, BlockMetaData written, FileChannel after, List<String> differences)
            throws IOException {
        if (read.getRowCount() != written.getRowCount()) {
            differences.add(
                    "rows of a row group: %d read, %d written".formatted(read.getRowCount(), written.getRowCount()));
        }
        Map<ColumnPath, ColumnChunkMetaData> chunks = chunks(read);
        for (ColumnChunkMetaData chunk : written.getColumns()) {
            ColumnChunkMetaData source = chunks.get(chunk.getPath());
            boolean lineage =
                    chunk.getPrimitiveType().getId() != null && LineagePages.isLineage(chunk.getPrimitiveType());
            if (!lineage && (source == null || !same(source, before, chunk, after))) {
                differences.add("column %s is not what was read"
                        .formatted(chunk.getPath().toDotString()));
            }
        }
    }

    private static boolean same(
            ColumnChunkMetaData read, FileChannel before, ColumnChunkMetaData written, FileChannel after)
            throws IOException {
        if (read.getValueCount() != written.getValueCount()
                || read.getTotalSize() != written.getTotalSize()
                || read.getCodec() != written.getCodec()) {
            return false;
        }
        ByteBuffer left = ByteBuffer.allocate((int) Math.min(COMPARED_BYTES, read.getTotalSize()));
        ByteBuffer right = ByteBuffer.allocate(left.capacity());
        for (long done = 0; done < read.getTotalSize(); done += left.capacity()) {
            int length = (int) Math.min(left.capacity(), read.getTotalSize() - done);
            if (!fill(left, length, before, read.getStartingPos() + done)
                    || !fill(right, length, after, written.getStartingPos() + done)
                    || !left.equals(right)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fill(ByteBuffer buffer, int length, FileChannel file, long position) throws IOException {
        buffer.clear().limit(length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + buffer.position()) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    @Override
    public void close() throws IOException {
        try (SeekableInputStream stream = bytes;
                ParquetFileReader file = reader) {
            current = -1;
        }
        bytes = null;
        reader = null;
        identities = null;
    }
}
