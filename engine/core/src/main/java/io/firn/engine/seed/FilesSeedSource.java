package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.SourceTable;
import io.firn.workbench.DuckDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * First rows from files: Parquet, or CSV as {@code COPY … TO … (FORMAT csv, HEADER)} writes it. Every file is a part.
 * They do not change; what changes in the database after they were written comes by change capture, from a position
 * that is not after that.
 */
public final class FilesSeedSource implements SeedSource {
    private final DuckDatabase duck;
    private final Path folder;
    private final Function<String, SourceTable> tables;
    private final Map<String, String> locations;
    private final Supplier<FileIO> remote;
    private final Supplier<SourcePosition> position;

    /**
     * @param folder where files wait that are not local
     * @param tables declares the tables of the source
     * @param locations where each table's files are: a folder, a prefix in a store, or one file
     * @param remote opens files that are not local; asked when the lake's tables exist
     * @param position where change capture begins
     */
    public FilesSeedSource(
            DuckDatabase duck,
            Path folder,
            Function<String, SourceTable> tables,
            Map<String, String> locations,
            Supplier<FileIO> remote,
            Supplier<SourcePosition> position) {
        this.duck = duck;
        this.folder = folder;
        this.tables = tables;
        this.locations = Map.copyOf(locations);
        this.remote = remote;
        this.position = position;
    }

    @Override
    public SourceTable table(String name) {
        return tables.apply(name);
    }

    @Override
    public Noting watch(Map<String, List<String>> keys, Earlier earlier) {
        return Noting.SINCE_EARLIER;
    }

    /** Files are of no moment that anything would have to reach. */
    @Override
    public void requireCapture() {}

    @Override
    public void collect(Changes changes) {}

    @Override
    public SeedPlan plan(String table, String job) {
        List<SeedPart> parts = new ArrayList<>();
        for (FileInfo file : files(table)) {
            parts.add(new SeedPart(parts.size(), file.location(), 0));
        }
        return new SeedPlan(job, shape(table), parts);
    }

    private List<FileInfo> files(String table) {
        String location = locations.get(table);
        if (location == null) {
            throw new FirnException(ErrorCode.USAGE_INVALID, "--from says nothing about " + table);
        }
        List<FileInfo> files = new ArrayList<>();
        if (io(location) instanceof SupportsPrefixOperations store) {
            store.listPrefix(folder(location)).forEach(file -> {
                if (isParquet(file.location()) || isCsv(file.location())) {
                    files.add(file);
                }
            });
        }
        if (files.isEmpty() && (isParquet(location) || isCsv(location))) {
            InputFile single = io(location).newInputFile(location);
            if (single.exists()) {
                files.add(new FileInfo(location, single.getLength(), 0));
            }
        }
        if (files.isEmpty()) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID,
                    "--from must be a place with .parquet or .csv files, but there is none for %s in %s"
                            .formatted(table, location));
        }
        files.sort(Comparator.comparing(FileInfo::location));
        return files;
    }

    /** In a store, {@code export/item} is a prefix of {@code export/item_note/1.csv} too. */
    private static String folder(String location) {
        return LocalFileIO.handles(location) || location.endsWith("/") ? location : location + "/";
    }

    private FileIO io(String location) {
        return LocalFileIO.handles(location) ? new LocalFileIO() : remote.get();
    }

    static boolean isParquet(String location) {
        return location.toLowerCase(Locale.ROOT).endsWith(".parquet");
    }

    private static boolean isCsv(String location) {
        return location.toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    private String shape(String table) {
        StringBuilder all = new StringBuilder();
        files(table)
                .forEach(file -> all.append(file.location())
                        .append('=')
                        .append(file.size())
                        .append(';'));
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    @Override
    public PartReader reader() {
        return new FilePartReader(duck, folder, this::io, this::shape);
    }

    @Override
    public Moment moment(long cutNumber, List<String> names, Capture capture, Changes changes) {
        SourcePosition from = position.get();
        Cut cut = new Cut(cutNumber, 0, Instant.EPOCH, from, from, names, List.of());
        return new Moment() {
            @Override
            public Cut cut() {
                return cut;
            }

            @Override
            public void read(SourceTable table, List<String> columns, Collection<List<String>> keys, RowSink sink) {
                throw new IllegalStateException("rows in files do not change");
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void end() {}

    @Override
    public void close() {}
}
