package io.firn.workbench;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A local Parquet file, read through a buffer: parquet's own local input reads byte by byte. */
record LocalParquet(Path path) implements InputFile {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Returns the file's footer. */
    static ParquetMetadata footer(Path path) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalParquet(path))) {
            return reader.getFooter();
        }
    }

    @Override
    public long getLength() throws IOException {
        return Files.size(path);
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        return new Stream(new FileInputStream(path.toFile()));
    }

    /** Counts where it is, since a channel's position runs ahead of the buffer. */
    private static final class Stream extends DelegatingSeekableInputStream {
        private final FileInputStream file;
        private final Buffer buffer;

        Stream(FileInputStream file) {
            this(file, new Buffer(file));
        }

        private Stream(FileInputStream file, Buffer buffer) {
            super(buffer);
            this.file = file;
            this.buffer = buffer;
        }

        @Override
        public long getPos() throws IOException {
            return file.getChannel().position() - buffer.unread();
        }

        @Override
        public void seek(long position) throws IOException {
            buffer.drop();
            file.getChannel().position(position);
        }
    }

    private static final class Buffer extends BufferedInputStream {
        Buffer(FileInputStream file) {
            super(file, BUFFER_BYTES);
        }

        int unread() {
            return count - pos;
        }

        void drop() {
            pos = 0;
            count = 0;
        }
    }
}
