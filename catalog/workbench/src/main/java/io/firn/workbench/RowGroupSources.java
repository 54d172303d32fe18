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
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Files whose row groups are copied in order, and compared in the same order; few are open at a time. */
final class RowGroupSources implements Closeable {
    private static final int COMPARED_BYTES = 1 << 18;

    private final List<RowGroupJoin.Source> sources;
    private final boolean lineage;
    private final Set<Integer> filtered;
    private final ByteBuffer left = ByteBuffer.allocateDirect(COMPARED_BYTES);
    private final ByteBuffer right = ByteBuffer.allocateDirect(COMPARED_BYTES);
    private final Cursor writing = new Cursor();
    private final Cursor comparing = new Cursor();

    /**
     * @param lineage whether new files have the columns of row lineage
     * @param filtered ids of the columns that get bloom filters
     */
    RowGroupSources(List<RowGroupJoin.Source> sources, boolean lineage, Set<Integer> filtered) {
        this.sources = sources;
        this.lineage = lineage;
        this.filtered = filtered;
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

    /** Where one pass over the sources is. */
    private final class Cursor implements Closeable {
        private int source = -1;
        private @Nullable ParquetFileReader reader;
        private @Nullable SeekableInputStream bytes;
        private @Nullable LineageColumns identities;
        private @Nullable KeyFilters filters;

        void open(int wanted) throws IOException {
            if (source == wanted) {
                return;
            }
            close();
            RowGroupJoin.Source opened = sources.get(wanted);
            LocalParquet file = new LocalParquet(opened.path());
            ParquetFileReader opening = file.open(opened.footer());
            reader = opening;
            bytes = file.newStream();
            identities = lineage ? LineageColumns.of(opening, opened.file()) : null;
            source = wanted;
        }

        LineageColumns.@Nullable Values identities(long rows) throws IOException {
            return identities == null ? null : identities.next(Math.toIntExact(rows));
        }

        /** Returns the filters to make for the next row group of the source. */
        Map<ColumnPath, BloomFilter> made() throws IOException {
            if (filtered.isEmpty()) {
                return Map.of();
            }
            KeyFilters opened = filters;
            if (opened == null) {
                opened = KeyFilters.open(
                        sources.get(source).path(), sources.get(source).footer(), filtered);
                filters = opened;
            }
            return opened.next();
        }

        @Nullable
        BloomFilter kept(ColumnChunkMetaData chunk) throws IOException {
            return chunk.getBloomFilterOffset() < 0 || reader == null ? null : reader.readBloomFilter(chunk);
        }

        @Override
        public void close() throws IOException {
            try (SeekableInputStream stream = bytes;
                    KeyFilters made = filters;
                    ParquetFileReader file = reader) {
                source = -1;
            }
            bytes = null;
            reader = null;
            identities = null;
            filters = null;
        }
    }

    private void append(ParquetFileWriter writer, Ref ref, MessageType copied, MessageType whole) throws IOException {
        writing.open(ref.source());
        Map<ColumnPath, ColumnChunkMetaData> chunks = chunks(ref.rowGroup());
        Map<ColumnPath, BloomFilter> made = writing.made();
        writer.startBlock(ref.rowGroup().getRowCount());
        for (ColumnDescriptor column : copied.getColumns()) {
            ColumnChunkMetaData chunk = chunk(chunks, column);
            BloomFilter filter = made.get(chunk.getPath());
            writer.appendColumnChunk(
                    column, writing.bytes, chunk, filter == null ? writing.kept(chunk) : filter, null, null);
        }
        LineageColumns.Values values = writing.identities(ref.rowGroup().getRowCount());
        if (values != null) {
            LineagePages.write(writer, whole, values.rowIds(), values.sequences());
        }
        writer.endBlock();
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

    /** Returns how a written file differs from what was copied into it: rows, bytes of each column, lineage. */
    List<String> compare(List<Ref> part, Path file) throws IOException {
        ParquetMetadata footer = LocalParquet.footer(file);
        List<BlockMetaData> written = footer.getBlocks();
        if (written.size() != part.size()) {
            return List.of("row groups: %d read, %d written".formatted(part.size(), written.size()));
        }
        List<String> differences = new ArrayList<>();
        try (FileChannel after = FileChannel.open(file, StandardOpenOption.READ);
                ParquetFileReader reader = new LocalParquet(file).open(footer)) {
            LineageColumns identities = LineageColumns.stored(reader);
            for (int i = 0; i < written.size(); i++) {
                Ref ref = part.get(i);
                Path source = sources.get(ref.source()).path();
                try (FileChannel before = FileChannel.open(source, StandardOpenOption.READ)) {
                    compare(ref.rowGroup(), before, written.get(i), after, differences);
                }
                if (!sameLineage(ref, written.get(i), identities)) {
                    differences.add("the row lineage of a row group is not what was read");
                }
            }
        }
        return differences;
    }

    private boolean sameLineage(Ref ref, BlockMetaData written, LineageColumns identities) throws IOException {
        comparing.open(ref.source());
        LineageColumns.Values before = comparing.identities(ref.rowGroup().getRowCount());
        return before == null || before.same(identities.next(Math.toIntExact(written.getRowCount())));
    }

    private void compare(
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

    private boolean same(ColumnChunkMetaData read, FileChannel before, ColumnChunkMetaData written, FileChannel after)
            throws IOException {
        if (read.getValueCount() != written.getValueCount()
                || read.getTotalSize() != written.getTotalSize()
                || read.getCodec() != written.getCodec()) {
            return false;
        }
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
        try (writing) {
            comparing.close();
        }
    }
}
