package io.firn.catalog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * Files that survive a loss of power once they are closed, name included: a commit that names them is durable in its
 * catalog, so they must be before it. {@code -Dfirn.local.sync=false} leaves that to the operating system.
 */
final class DurableFiles {
    private static final boolean SYNC = !"false".equals(System.getProperty("firn.local.sync"));

    private DurableFiles() {}

    /** Brings a closed file and its name to the disk. */
    static void sync(Path file) throws IOException {
        if (SYNC) {
            force(file, StandardOpenOption.WRITE);
            syncFolderOf(file);
        }
    }

    private static void syncFolderOf(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (SYNC && folder != null) {
            force(folder, StandardOpenOption.READ);
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /** Makes a folder and those above it that are missing. */
    static void makeFolders(Path folder) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path each = folder; each != null && !Files.isDirectory(each); each = each.getParent()) {
            missing.push(each);
        }
        Files.createDirectories(folder);
        for (Path made : missing) {
            syncFolderOf(made);
        }
    }

    /** A stream whose file is durable when it is closed. */
    static PositionOutputStream durable(PositionOutputStream stream, Path file) {
        return new PositionOutputStream() {
            private boolean closed;

            @Override
            public long getPos() throws IOException {
                return stream.getPos();
            }

            @Override
            public long storedLength() throws IOException {
                return stream.storedLength();
            }

            @Override
            public void write(int b) throws IOException {
                stream.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                stream.write(bytes, from, length);
            }

            @Override
            public void flush() throws IOException {
                stream.flush();
            }

            @Override
            public void close() throws IOException {
                stream.close();
                if (!closed) {
                    closed = true;
                    sync(file);
                }
            }
        };
    }
}
