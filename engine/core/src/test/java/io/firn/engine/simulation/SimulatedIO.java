package io.firn.engine.simulation;

import io.firn.catalog.LocalFileIO;
import java.nio.file.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files of a process: opening, making and deleting one are steps of it. DuckDB's are on disk, Iceberg's on the heap.
 */
final class SimulatedIO implements FileIO {
    private static final long serialVersionUID = 1L;

    private final FileIO files;
    private final transient @Nullable Steps owner;

    SimulatedIO(FileIO files, @Nullable Steps owner) {
        this.files = files;
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

    @Override
    public InputFile newInputFile(String location) {
        step("read", location);
        return Files.exists(LocalFileIO.path(location))
                ? new LocalFileIO().newInputFile(location)
                : files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        FileIO place = location.endsWith(".parquet") ? new LocalFileIO() : files;
        OutputFile file = place.newOutputFile(location);
        return owner == null ? file : new Output(file, owner);
    }

    @Override
    public void deleteFile(String location) {
        step("delete", location);
        if (Files.exists(LocalFileIO.path(location))) {
            new LocalFileIO().deleteFile(location);
        } else {
            files.deleteFile(location);
        }
    }

    private record Output(OutputFile file, Steps owner) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            owner.step("write " + kind(location()));
            return file.create();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            owner.step("write " + kind(location()));
            return file.createOrOverwrite();
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public InputFile toInputFile() {
            return file.toInputFile();
        }
    }
}
