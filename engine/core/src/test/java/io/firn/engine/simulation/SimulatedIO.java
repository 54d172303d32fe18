package io.firn.engine.simulation;

import io.firn.catalog.LocalFileIO;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files of a process: opening, making and deleting one are steps of it. Parquet files are on disk, where DuckDB finds
 * them, and all others on the heap.
 */
final class SimulatedIO implements FileIO {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, byte[]> heap;
    private final transient @Nullable Steps owner;

    SimulatedIO(Map<String, byte[]> heap, @Nullable Steps owner) {
        this.heap = heap;
        this.owner = owner;
    }

    private void step(String what, String location) {
        if (owner != null) {
            owner.step(what + " " + kind(location));
        }
    }

    private static String kind(String location) {
        int dot = location.lastIndexOf('.');
        return dot < 0 ? "file" : location.substring(dot + 1);
    }

    private static boolean onDisk(String location) {
        return location.endsWith(".parquet");
    }

    @Override
    public InputFile newInputFile(String location) {
        step("read", location);
        if (onDisk(location)) {
            return new LocalFileIO().newInputFile(location);
        }
        byte[] content = heap.get(location);
        if (content == null) {
            throw new NotFoundException("File %s does not exist", location);
        }
        return new InMemoryInputFile(location, content);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new Output(location);
    }

    @Override
    public void deleteFile(String location) {
        step("delete", location);
        if (onDisk(location)) {
            new LocalFileIO().deleteFile(location);
        } else if (heap.remove(location) == null) {
            throw new NotFoundException("File %s does not exist", location);
        }
    }

    private final class Output implements OutputFile {
        private final String location;

        Output(String location) {
            this.location = location;
        }

        @Override
        public PositionOutputStream create() {
            if (heap.containsKey(location)) {
                throw new AlreadyExistsException("File %s already exists", location);
            }
            step("write", location);
            return onDisk(location) ? new LocalFileIO().newOutputFile(location).create() : new HeapStream(location);
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            step("write", location);
            return onDisk(location)
                    ? new LocalFileIO().newOutputFile(location).createOrOverwrite()
                    : new HeapStream(location);
        }

        @Override
        public String location() {
            return location;
        }

        @Override
        public InputFile toInputFile() {
            return newInputFile(location);
        }
    }

    /** The file exists once it is closed. */
    private final class HeapStream extends PositionOutputStream {
        private final String location;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        HeapStream(String location) {
            this.location = location;
        }

        @Override
        public long getPos() {
            return content.size();
        }

        @Override
        public void write(int b) {
            content.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            content.write(bytes, from, length);
        }

        @Override
        public void close() {
            heap.put(location, content.toByteArray());
        }
    }
}
