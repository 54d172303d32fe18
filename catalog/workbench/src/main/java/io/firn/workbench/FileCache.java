package io.firn.workbench;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.LocalFileIO;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Files of the lake on the local disk. A local file is used where it is; any other is fetched once through FileIO and
 * kept while there is room, the longest unused going first.
 *
 * <p>Several processes may share the folder: a file appears by renaming, and whoever reads one holds a hard link to it
 * in a folder of its own, so that dropping it from the cache takes nothing away from readers. A reader's folder is
 * locked while it lives; folders of dead ones are swept.
 */
final class FileCache implements AutoCloseable {
    private static final int PARALLEL_FETCHES = 8;

    private final Path folder;
    private final long limitBytes;
    private final AtomicLong links = new AtomicLong();
    private final AtomicLong leasedBytes = new AtomicLong();
    private @Nullable Reader reader;

    /** Nothing is made in the folder before a file has to be fetched. */
    FileCache(Path folder, long limitBytes) {
        this.folder = folder;
        this.limitBytes = limitBytes;
    }

    /** This process's own folder and the lock that says it lives. */
    private record Reader(Path folder, FileChannel lock) {}

    /** A file wanted on the local disk. */
    record Wanted(String location, long bytes) {}

    /** Returns a lease without files. */
    Lease lease() {
        return new Lease();
    }

    /** Files that stay on the local disk until the lease is closed. */
    final class Lease implements AutoCloseable {
        private final List<Path> held = new ArrayList<>();
        private long bytes;

        /**
         * Brings files to the local disk.
         *
         * @return each location's path
         * @throws FirnException when they do not fit into the cache all together, or cannot be read
         */
        Map<String, Path> stage(FileIO io, List<Wanted> wanted) {
            Map<String, Path> paths = new LinkedHashMap<>();
            List<Wanted> remote = new ArrayList<>();
            for (Wanted file : wanted) {
                if (LocalFileIO.handles(file.location())) {
                    paths.put(file.location(), LocalFileIO.path(file.location()));
                } else if (paths.put(file.location(), folder) == null) {
                    remote.add(file);
                }
            }
            reserve(remote);
            try {
                fetch(io, remote, paths);
            } catch (IOException e) {
                throw new FirnException(
                        ErrorCode.STORAGE_FAILED,
                        "staging files in %s failed: %s".formatted(folder, e.getMessage()),
                        e);
            }
            return paths;
        }

        private void reserve(List<Wanted> remote) {
            long more = remote.stream().mapToLong(Wanted::bytes).sum();
            long total = leasedBytes.addAndGet(more);
            bytes += more;
            if (total > limitBytes) {
                throw new FirnException(
                        ErrorCode.LIMIT_TOO_SMALL,
                        "the files to read take %d bytes but the cache %s may hold %d; read fewer, or raise its limit"
                                .formatted(total, folder, limitBytes));
            }
        }

        private void fetch(FileIO io, List<Wanted> remote, Map<String, Path> paths) throws IOException {
            List<Wanted> missing = new ArrayList<>();
            for (Wanted file : remote) {
                @Nullable Path link = link(file.location());
                if (link == null) {
                    missing.add(file);
                } else {
                    held.add(link);
                    paths.put(file.location(), link);
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            makeRoom(missing.stream().mapToLong(Wanted::bytes).sum());
            List<Path> fetched = fetchAll(io, missing);
            held.addAll(fetched);
            for (int i = 0; i < missing.size(); i++) {
                paths.put(missing.get(i).location(), fetched.get(i));
            }
        }

        @Override
        public void close() {
            leasedBytes.addAndGet(-bytes);
            bytes = 0;
            try {
                for (Path link : held) {
                    Files.deleteIfExists(link);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            held.clear();
        }
    }

    private List<Path> fetchAll(FileIO io, List<Wanted> files) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(PARALLEL_FETCHES, files.size()));
        try {
            List<Future<Path>> fetches = new ArrayList<>();
            for (Wanted file : files) {
                fetches.add(threads.submit(() -> fetch(io, file)));
            }
            List<Path> paths = new ArrayList<>();
            for (Future<Path> fetch : fetches) {
                paths.add(fetch.get());
            }
            return paths;
        } catch (ExecutionException e) {
            throw new FirnException(ErrorCode.STORAGE_FAILED, "a file cannot be read: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw FirnException.interrupted("fetching files", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Path fetch(FileIO io, Wanted file) throws IOException {
        Path unfinished = reader().folder().resolve(UUID.randomUUID() + ".part");
        try {
            try (InputStream in = io.newInputFile(file.location(), file.bytes()).newStream()) {
                Files.copy(in, unfinished);
            }
            Path kept = kept(file.location());
            Path link = newLink();
            Files.createLink(link, unfinished);
            Files.createDirectories(folder.resolve("files"));
            Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
            return link;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Links to a kept file, and marks it as used now; null when it is not kept. */
    private @Nullable Path link(String location) throws IOException {
        Path kept = kept(location);
        try {
            if (!Files.exists(kept)) {
                return null;
            }
            Path link = newLink();
            Files.createLink(link, kept);
            Files.setLastModifiedTime(link, FileTime.from(Instant.now()));
            return link;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Path kept(String location) {
        return folder.resolve("files").resolve(sha256(location));
    }

    private Path newLink() throws IOException {
        return reader().folder().resolve(Long.toString(links.incrementAndGet()));
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Drops kept files that nobody reads, the longest unused first, until there is room. */
    private synchronized void makeRoom(long bytes) throws IOException {
        CacheFolder.makeRoom(folder.resolve("files"), limitBytes - bytes);
    }

    private synchronized Reader reader() throws IOException {
        Reader known = reader;
        if (known != null) {
            return known;
        }
        CacheFolder.sweep(folder.resolve("readers"));
        Reader made = newReader(UUID.randomUUID().toString());
        reader = made;
        return made;
    }

    /** Locked before it moves to where others sweep. */
    private Reader newReader(String name) throws IOException {
        Path unseen = folder.resolve("new").resolve(name);
        Files.createDirectories(unseen);
        Files.createDirectories(folder.resolve("readers"));
        FileChannel lock =
                FileChannel.open(unseen.resolve(CacheFolder.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        Path own = Files.move(unseen, folder.resolve("readers").resolve(name), StandardCopyOption.ATOMIC_MOVE);
        return new Reader(own, lock);
    }

    @Override
    public synchronized void close() {
        Reader known = reader;
        if (known != null) {
            try {
                CacheFolder.delete(known.folder());
                known.lock().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            reader = null;
        }
    }
}
