package io.firn.engine.seed;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from the source into DuckDB: files of moderate size, because DuckDB reads several of them at the
 * same time. A file ends between rows.
 */
final class CsvChunks implements SeedSource.RowSink, AutoCloseable {
    private static final int CHUNK_BYTES = 32 << 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int REPORTED_ROWS = 8192;

    private final Path folder;
    private final String name;
    private final LongConsumer progress;
    private final List<Path> files = new ArrayList<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private @Nullable OutputStream out;
    private long chunkBytes;
    private long rows;
    private long reported;
    private int longestRow;

    /** @param progress is told now and then how many more rows have come, and may make the caller wait */
    CsvChunks(Path folder, String name, LongConsumer progress) {
        this.folder = folder;
        this.name = name;
        this.progress = progress;
    }

    @Override
    public void row(byte[] csv) {
        try {
            if (chunkBytes + csv.length > CHUNK_BYTES) {
                endChunk();
            }
            write(csv);
        } catch (IOException e) {
            throw failed(e);
        }
        rows++;
        longestRow = Math.max(longestRow, csv.length);
        if (rows - reported >= REPORTED_ROWS) {
            report();
        }
    }

    @Override
    public void file(Path csv, long count, int longest) {
        try {
            endChunk();
            Path own = folder.resolve("%s-%d.csv".formatted(name, files.size()));
            Files.move(csv, own);
            files.add(own);
        } catch (IOException e) {
            throw failed(e);
        }
        rows += count;
        longestRow = Math.max(longestRow, longest);
        report();
    }

    private void write(byte[] csv) throws IOException {
        chunkBytes += csv.length;
        if (buffered + csv.length > BUFFER_BYTES) {
            flush();
        }
        if (csv.length > BUFFER_BYTES) {
            chunk().write(csv);
        } else {
            System.arraycopy(csv, 0, buffer, buffered, csv.length);
            buffered += csv.length;
        }
    }

    private void flush() throws IOException {
        chunk().write(buffer, 0, buffered);
        buffered = 0;
    }

    private OutputStream chunk() throws IOException {
        OutputStream present = out;
        if (present == null) {
            Path file = folder.resolve("%s-%d.csv".formatted(name, files.size()));
            files.add(file);
            present = Files.newOutputStream(file);
            out = present;
        }
        return present;
    }

    private void endChunk() throws IOException {
        if (buffered > 0) {
            flush();
        }
        OutputStream present = out;
        if (present != null) {
            present.close();
        }
        out = null;
        chunkBytes = 0;
    }

    private void report() {
        long more = rows - reported;
        reported = rows;
        progress.accept(more);
    }

    /** Ends the last file. */
    CsvChunks end() {
        try {
            endChunk();
        } catch (IOException e) {
            throw failed(e);
        }
        report();
        return this;
    }

    private FirnException failed(IOException e) {
        return new FirnException(
                ErrorCode.STORAGE_FAILED,
                "rows on their way could not be written to %s: %s".formatted(folder, e.getMessage()),
                e);
    }

    List<Path> files() {
        return List.copyOf(files);
    }

    long rows() {
        return rows;
    }

    /** @return the size of the longest row in bytes */
    int longestRow() {
        return longestRow;
    }

    /** Deletes the files. */
    @Override
    public void close() {
        try {
            OutputStream present = out;
            out = null;
            if (present != null) {
                present.close();
            }
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
