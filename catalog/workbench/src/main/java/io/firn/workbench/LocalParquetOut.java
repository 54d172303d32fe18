package io.firn.workbench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;

/** A local Parquet file to be written, through a buffer. */
record LocalParquetOut(Path file) implements OutputFile {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int COLUMN_INDEX_TRUNCATE_LENGTH = 64;

    /** Returns a writer of row groups that are already encoded, into a file that is not there yet. */
    static ParquetFileWriter writer(Path file, MessageType schema) throws IOException {
        return new ParquetFileWriter(
                new LocalParquetOut(file),
                schema,
                ParquetFileWriter.Mode.CREATE,
                ParquetWriter.DEFAULT_BLOCK_SIZE,
                0,
                COLUMN_INDEX_TRUNCATE_LENGTH,
                Integer.MAX_VALUE,
                false);
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) throws IOException {
        return new Positioned(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
        return new Positioned(Files.newOutputStream(file));
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    private static final class Positioned extends DelegatingPositionOutputStream {
        private long position;

        Positioned(OutputStream file) {
            super(new BufferedOutputStream(file, BUFFER_BYTES));
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) throws IOException {
            super.write(b);
            position++;
        }

        @Override
        public void write(byte[] data) throws IOException {
            write(data, 0, data.length);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            super.write(data, offset, length);
            position += length;
        }
    }
}
