package io.firn.snapshot.ledger;

import io.firn.snapshot.Manifests;
import io.firn.snapshot.TextFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/**
 * The hash of every data and delete file of a snapshot, as lines {@code SHA-256 size location} in order of location.
 * Files never change, so a file that the day before had is not read again.
 */
final class FileHashes {
    private final SortedMap<String, String> lines;

    private FileHashes(SortedMap<String, String> lines) {
        this.lines = lines;
    }

    static FileHashes none() {
        return new FileHashes(new TreeMap<>());
    }

    /** Hashes the files of a snapshot that {@code known} does not have. */
    static FileHashes of(Table table, Snapshot snapshot, FileHashes known) {
        SortedMap<String, String> lines = new TreeMap<>();
        sizes(table, snapshot).forEach((location, size) -> {
            String line = known.lines.get(location);
            lines.put(
                    location,
                    line != null ? line : "%s %d %s".formatted(Hashes.of(table.io(), location), size, location));
        });
        return new FileHashes(lines);
    }

    /** Returns the sizes that a snapshot's manifests give for its live files; a file of many vectors is one. */
    static Map<String, Long> sizes(Table table, Snapshot snapshot) {
        Map<String, Long> sizes = new HashMap<>();
        for (ManifestFile manifest : Manifests.of(snapshot, table.io())) {
            try (CloseableIterable<? extends ContentFile<?>> files = manifest.content() == ManifestContent.DATA
                    ? ManifestFiles.read(manifest, table.io(), table.specs())
                    : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                files.forEach(file -> sizes.put(file.location(), file.fileSizeInBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sizes;
    }

    int size() {
        return lines.size();
    }

    String root() {
        return Hashes.merkleRoot(List.copyOf(lines.values()));
    }

    /** Each line by its file's location. */
    SortedMap<String, String> lines() {
        return lines;
    }

    /** Replaces what an attempt before that came to nothing has left. */
    void write(FileIO io, String location) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(String.join("\n", lines.values()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + location, e);
        }
    }

    static FileHashes read(FileIO io, String location) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(TextFiles.read(io, location)))) {
            SortedMap<String, String> lines = new TreeMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> lines.put(line.split(" ", 3)[2], line));
            return new FileHashes(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + location, e);
        }
    }

    /** Returns the Merkle root of the hashes of a snapshot's manifests, as lines {@code SHA-256 location}. */
    static String manifestsRoot(Table table, Snapshot snapshot, UnaryOperator<String> hash) {
        return Hashes.merkleRoot(Manifests.of(snapshot, table.io()).stream()
                .map(ManifestFile::path)
                .sorted()
                .map(path -> hash.apply(path) + " " + path)
                .toList());
    }
}
