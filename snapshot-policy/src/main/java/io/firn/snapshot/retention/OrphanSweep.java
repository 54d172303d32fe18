package io.firn.snapshot.retention;

import io.firn.catalog.AbandonedUploads;
import io.firn.catalog.Lake;
import io.firn.snapshot.LakeFolder;
import io.firn.snapshot.TextFiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;

/**
 * Finds files in a table's folder that no snapshot, no metadata and no note of garbage knows of: what is left of writes
 * that were never committed. Lists the folder and reads every manifest, so it is for rare use; files that are younger
 * than any write can last are never touched.
 */
public final class OrphanSweep {
    /** No file younger than this is ever taken for an orphan. */
    public static final Duration LEAST_AGE = Duration.ofDays(1);

    /** Where compactions note what they are at, a file for each operation whose name begins the names of its files. */
    private static final String COMPACTION_JOURNAL = "/metadata/firn-compaction/";

    private final Lake lake;
    private final Clock clock;

    public OrphanSweep(Lake lake, Clock clock) {
        this.lake = lake;
        this.clock = clock;
    }

    /**
     * Files that belong to nothing.
     *
     * @param table the lake's name for the table
     * @param bytes their size together
     * @param uploads that were never finished, of no known size
     */
    public record Orphans(String table, List<String> locations, long bytes, List<AbandonedUploads.Upload> uploads) {
        public Orphans {
            locations = List.copyOf(locations);
            uploads = List.copyOf(uploads);
        }
    }

    /**
     * Finds them.
     *
     * @param age how old a file must be; at least {@link #LEAST_AGE}
     */
    public Orphans find(String name, Duration age) {
        if (age.compareTo(LEAST_AGE) < 0) {
            throw new IllegalArgumentException("an orphan must be at least a day old but the age was " + age);
        }
        Table table = lake.table(name);
        List<FileInfo> listed = TextFiles.list(table.io(), table.location());
        // what is committed while this runs is newer than the listing
        table.refresh();
        Set<String> known = known(table);
        List<String> underWay = operationsUnderWay(table);
        Instant newest = clock.instant().minus(age);
        List<FileInfo> orphans = listed.stream()
                .filter(file -> Instant.ofEpochMilli(file.createdAtMillis()).isBefore(newest))
                .filter(file -> underWay.stream().noneMatch(nameOf(file)::startsWith))
                .filter(file -> !file.location().contains(COMPACTION_JOURNAL))
                .filter(file -> !known.contains(Locations.normal(file.location())))
                .toList();
        return new Orphans(
                name,
                orphans.stream().map(FileInfo::location).toList(),
                orphans.stream().mapToLong(FileInfo::size).sum(),
                AbandonedUploads.find(table.io(), table.location(), newest));
    }

    /** What a compaction has written belongs to nothing yet, however long ago it was interrupted. */
    private static List<String> operationsUnderWay(Table table) {
        String folder = table.location() + COMPACTION_JOURNAL;
        return TextFiles.list(table.io(), folder.substring(0, folder.length() - 1)).stream()
                .map(OrphanSweep::nameOf)
                .filter(name -> name.endsWith(".json"))
                .map(name -> name.substring(0, name.length() - ".json".length()))
                .toList();
    }

    private static String nameOf(FileInfo file) {
        return file.location().substring(file.location().lastIndexOf('/') + 1);
    }

    private static Set<String> known(Table table) {
        Set<String> known = new HashSet<>(new SnapshotFiles(table)
                .reachable(StreamSupport.stream(table.snapshots().spliterator(), false)));
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        known.add(String.valueOf(metadata.metadataFileLocation()));
        metadata.previousFiles().forEach(file -> known.add(file.file()));
        metadata.statisticsFiles().forEach(file -> known.add(file.path()));
        metadata.partitionStatisticsFiles().forEach(file -> known.add(file.path()));
        known.add(table.location() + "/metadata/version-hint.text");
        notes(table)
                .forEach(note -> known.addAll(
                        GarbageRecord.parse(TextFiles.text(table.io(), note)).locations()));
        return Locations.normal(known);
    }

    /** All that are listed, and the last one. */
    private static Set<String> notes(Table table) {
        Set<String> notes = new HashSet<>();
        TextFiles.list(table.io(), LakeFolder.of(table, Expiry.FOLDER)).forEach(note -> notes.add(note.location()));
        String last = table.properties().get(Expiry.LAST_NOTE);
        if (last != null && table.io().newInputFile(last).exists()) {
            notes.add(last);
        }
        return notes;
    }

    /**
     * Deletes the files and aborts the uploads.
     *
     * @return how many were there to be deleted
     */
    public int delete(Orphans orphans) {
        Table table = lake.table(orphans.table());
        int deleted = 0;
        for (String location : orphans.locations()) {
            try {
                table.io().deleteFile(location);
                deleted++;
            } catch (NotFoundException e) {
                // another sweep was faster
            }
        }
        orphans.uploads().forEach(upload -> AbandonedUploads.abort(table.io(), upload));
        return deleted + orphans.uploads().size();
    }
}
