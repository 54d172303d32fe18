package io.firn.snapshot;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.FolderListing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** Small files of the lake, read and written whole. */
public final class TextFiles {
    private TextFiles() {}

    /** Returns a file's content. */
    public static byte[] read(FileIO io, String location) {
        try (InputStream in = io.newInputFile(location).newStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + location, e);
        }
    }

    /** Returns a file's content as text. */
    public static String text(FileIO io, String location) {
        return new String(read(io, location), StandardCharsets.UTF_8);
    }

    /** Writes a file that must not be there yet. */
    public static void write(FileIO io, String location, byte[] content) {
        try (OutputStream out = io.newOutputFile(location).create()) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + location, e);
        }
    }

    /** Writes a file that must not be there yet. */
    public static void write(FileIO io, String location, String content) {
        write(io, location, content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the files below a folder, in order of their names.
     *
     * @throws FirnException when the store cannot list files
     */
    public static List<FileInfo> list(FileIO io, String folder) {
        if (!(io instanceof SupportsPrefixOperations prefixes)) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED,
                    "files below %s cannot be listed with %s"
                            .formatted(folder, io.getClass().getName()));
        }
        List<FileInfo> files = FolderListing.files(prefixes, folder + "/");
        files.sort(Comparator.comparing(FileInfo::location));
        return files;
    }
}
