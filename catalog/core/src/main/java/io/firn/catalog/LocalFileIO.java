package io.firn.catalog;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Local files as an Iceberg {@link FileIO}, without Hadoop: no checksum sidecars, no process forked per file. A file is
 * durable once it is closed.
 *
 * <p>Locations are kept as they were given. A {@code file:} prefix is cut off and never decoded, as Hadoop's paths do
 * it, so that Spark and Trino find the same files.
 */
public final class LocalFileIO implements FileIO, SupportsPrefixOperations {
    private static final long serialVersionUID = 1L;

    /** @return the file a location names; {@code file:///a}, {@code file:/a} and {@code /a} are the same file */
    public static Path path(String location) {
        if (!location.startsWith("file:")) {
            return Path.of(location);
        }
        String rest = location.substring("file:".length());
        return Path.of(rest.startsWith("//") ? rest.substring(2) : rest);
    }

    /** @return whether a location is one this class can open */
    public static boolean handles(String location) {
        return location.startsWith("file:") || location.startsWith("/");
    }

    /**
     * Makes a file durable that others have written, as those written here are when they are closed: after a loss of
     * power it is there, and whole.
     */
    public static void makeDurable(Path file) throws IOException {
        DurableFiles.sync(file);
    }

    @Override
    public InputFile newInputFile(String location) {
        return new Input(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new Output(location);
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.delete(path(location));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new NotFoundException(e, "File %s does not exist", location);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + location, e);
        }
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        Path root = path(prefix);
        if (!Files.isDirectory(root)) {
            return java.util.List.of();
        }
        String scheme = prefix.startsWith("file://") ? "file://" : prefix.startsWith("file:") ? "file:" : "";
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::toFile)
                    .map(file -> new FileInfo(scheme + file.getPath(), file.length(), file.lastModified()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + prefix, e);
        }
    }

    @Override
    public void deletePrefix(String prefix) {
        listPrefix(prefix).forEach(file -> deleteFile(file.location()));
    }

    private record Input(String location) implements InputFile {
        @Override
        public long getLength() {
            File file = path(location).toFile();
            if (!file.exists()) {
                throw new NotFoundException("File %s does not exist", location);
            }
            return file.length();
        }

        @Override
        public SeekableInputStream newStream() {
            return org.apache.iceberg.Files.localInput(path(location).toFile()).newStream();
        }

        @Override
        public boolean exists() {
            return Files.exists(path(location));
        }
    }

    private record Output(String location) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            if (Files.exists(path(location))) {
                throw new AlreadyExistsException("File %s already exists", location);
            }
            return createOrOverwrite();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            try {
                Path parent = path(location).getParent();
                if (parent != null) {
                    DurableFiles.makeFolders(parent);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot create the folder of " + location, e);
            }
            Path file = path(location);
            return DurableFiles.durable(
                    org.apache.iceberg.Files.localOutput(file.toFile()).createOrOverwrite(), file);
        }

        @Override
        public InputFile toInputFile() {
            return new Input(location);
        }
    }
}
