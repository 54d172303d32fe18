package io.firn.workbench;

import io.firn.catalog.config.WorkbenchConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/** Stages files in the workbench's bounded cache; files that are local are used where they are. */
public final class CachedFiles implements FileStage, AutoCloseable {
    private final FileCache cache;

    public CachedFiles(WorkbenchConfig config) {
        this.cache = new FileCache(config.cacheDirectory(), config.cacheLimitBytes());
    }

    @Override
    public Staged stage(FileIO io, Collection<DataFile> files) {
        FileCache.Lease lease = cache.lease();
        try {
            return new Leased(lease, lease.stage(io, wanted(files)));
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private static List<FileCache.Wanted> wanted(Collection<DataFile> files) {
        return files.stream()
                .map(file -> new FileCache.Wanted(file.location(), file.fileSizeInBytes()))
                .toList();
    }

    private record Leased(FileCache.Lease lease, Map<String, Path> paths) implements Staged {
        @Override
        public String path(String location) {
            return Objects.requireNonNull(paths.get(location), location).toString();
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
