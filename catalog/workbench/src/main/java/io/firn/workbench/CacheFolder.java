package io.firn.workbench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Keeps the folders of a {@link FileCache} within bounds. */
final class CacheFolder {
    static final String LOCK = "lock";

    private CacheFolder() {}

    private record Kept(Path path, long bytes, long usedAt) {}

    /** Deletes files, the longest unused first, until the rest takes no more than {@code limitBytes}. */
    static void makeRoom(Path files, long limitBytes) throws IOException {
        List<Kept> kept = kept(files);
        long total = kept.stream().mapToLong(Kept::bytes).sum();
        for (Kept file : kept) {
            if (total <= limitBytes) {
                return;
            }
            if (!linked(file.path())) {
                Files.deleteIfExists(file.path());
                total -= file.bytes();
            }
        }
    }

    private static List<Kept> kept(Path files) throws IOException {
        List<Kept> kept = new ArrayList<>();
        for (Path file : list(files)) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                kept.add(new Kept(
                        file, attributes.size(), attributes.lastModifiedTime().toMillis()));
            } catch (NoSuchFileException e) {
                // another process made room
            }
        }
        kept.sort(Comparator.comparingLong(Kept::usedAt));
        return kept;
    }

    /** Whether a reader holds the file; deleting it would free nothing. */
    private static boolean linked(Path file) throws IOException {
        try {
            return Files.getAttribute(file, "unix:nlink") instanceof Integer links && links > 1;
        } catch (NoSuchFileException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Deletes the folders of readers that are gone. */
    static void sweep(Path readers) throws IOException {
        for (Path reader : list(readers)) {
            if (gone(reader)) {
                delete(reader);
            }
        }
    }

    private static boolean gone(Path reader) throws IOException {
        try (FileChannel channel = FileChannel.open(reader.resolve(LOCK), StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            return false;
        }
    }

    static void delete(Path reader) throws IOException {
        for (Path file : list(reader)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(reader);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
