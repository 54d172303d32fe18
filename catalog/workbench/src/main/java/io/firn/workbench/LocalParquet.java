package io.firn.workbench;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A local Parquet file, read through a buffer: parquet's own local input reads byte by byte. */
record LocalParquet(Path path) implements InputFile {
    private static final int BUFFER_BYTES = 1 << 16;
    /** Made once: by default Hadoop's configuration is read from its XML for every file. */
    private static final ParquetReadOptions OPTIONS =
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

    /** Returns the file's footer. */
    static ParquetMetadata footer(Path path) throws IOException {
        try (ParquetFileReader reader = new LocalParquet(path).open()) {
            return reader.getFooter();
        }
    }

    /** Returns a reader of the whole file. */
    ParquetFileReader open() throws IOException {
        return ParquetFileReader.open(this, OPTIONS);
    }

    /** Returns a reader of a file whose footer is known. */
    ParquetFileReader open(ParquetMetadata footer) throws IOException {
        return ParquetFileReader.open(this, footer, OPTIONS, newStream());
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
