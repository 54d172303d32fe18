package io.firn.snapshot.retention;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.LakeFolder;
import io.firn.snapshot.TextFiles;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the files that {@link Expiry} noted, after a time of grace for whoever still reads or rewrites them. A note
 * counts only when its snapshots are really gone, and a file that came back into the table is spared.
 */
public final class GarbageCollection {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollection.class);

    private final Lake lake;
    private final SnapshotsConfig config;
    private final Clock clock;

    public GarbageCollection(Lake lake, SnapshotsConfig config, Clock clock) {
        this.lake = lake;
        this.config = config;
        this.clock = clock;
    }

    /**
     * What can be deleted for a table.
     *
     * @param table the lake's name for the table
     * @param locations the files
     * @param notes the notes that they are from, and notes that are of no use any more
     * @param waiting how many files wait for their time of grace to end
     */
    public record Plan(String table, List<String> locations, List<String> notes, int waiting) {
        public Plan {
            locations = List.copyOf(locations);
            notes = List.copyOf(notes);
        }
    }

    /** Decides what can be deleted. */
    public Plan plan(String name) {
        Table table = lake.table(name);
        Set<String> locations = new HashSet<>();
        List<String> notes = new ArrayList<>();
        int waiting = 0;
        for (FileInfo file : TextFiles.list(table.io(), LakeFolder.of(table, Expiry.FOLDER))) {
            GarbageRecord note = GarbageRecord.parse(TextFiles.text(table.io(), file.location()));
            if (!note.tableUuid().equals(table.uuid().toString())) {
                LOG.warn("{} is about an earlier table of that name and is left alone", file.location());
            } else if (!wasCarriedOut(table, note)) {
                notes.add(file.location());
            } else if (note.decidedAtMillis() + config.grace().toMillis() > clock.millis()) {
                waiting += note.locations().size();
            } else {
                locations.addAll(note.locations());
                locations.removeAll(cameBack(table, note, locations));
                notes.add(file.location());
            }
        }
        return new Plan(name, locations.stream().sorted().toList(), notes, waiting);
    }

    private static boolean wasCarriedOut(Table table, GarbageRecord note) {
        return note.expired().stream().allMatch(id -> table.snapshot(id) == null)
                && note.tags().stream().noneMatch(table.refs()::containsKey);
    }

    /** Another writer may have added a file again that was removed before. */
    private static Set<String> cameBack(Table table, GarbageRecord note, Set<String> locations) {
        SnapshotFiles files = new SnapshotFiles(table);
        Set<String> back = new HashSet<>();
        snapshots(table)
                .filter(snapshot -> snapshot.sequenceNumber() > note.headSequence())
                .flatMap(snapshot -> files.manifests(snapshot).values().stream())
                .filter(manifest -> manifest.sequenceNumber() > note.headSequence())
                .distinct()
                .forEach(manifest -> files.live(manifest).stream()
                        .filter(locations::contains)
                        .forEach(back::add));
        back.forEach(location -> LOG.warn("{} is part of the table again and is kept", location));
        return back;
    }

    private static Stream<Snapshot> snapshots(Table table) {
        return StreamSupport.stream(table.snapshots().spliterator(), false);
    }

    /**
     * Deletes what a plan says, then its notes.
     *
     * @return how many files were there to be deleted
     */
    public int run(Plan plan) {
        Table table = lake.table(plan.table());
        int deleted = table.io() instanceof SupportsBulkOperations bulk
                ? deleteInBulk(bulk, plan.locations())
                : plan.locations().stream()
                        .mapToInt(location -> delete(table, location))
                        .sum();
        for (String note : plan.notes()) {
            delete(table, note);
        }
        return deleted;
    }

    /** Which of the files were there is not known here. Notes stay when some cannot be deleted. */
    private static int deleteInBulk(SupportsBulkOperations io, List<String> locations) {
        try {
            io.deleteFiles(locations);
            return locations.size();
        } catch (BulkDeletionFailureException e) {
            throw new FirnException(
                    ErrorCode.STORAGE_FAILED,
                    "%d of %d files could not be deleted; the next run tries again"
                            .formatted(e.numberFailedObjects(), locations.size()),
                    e);
        }
    }

    private static int delete(Table table, String location) {
        try {
            table.io().deleteFile(location);
            return 1;
        } catch (NotFoundException e) {
            return 0;
        }
    }

    /**
     * Compares a plan with everything that the table's snapshots need, which reads all their manifests.
     *
     * @throws FirnException when the plan would delete something that is needed
     */
    public void check(Plan plan) {
        Table table = lake.table(plan.table());
        Set<String> needed = Locations.normal(new SnapshotFiles(table).reachable(snapshots(table)));
        List<String> wrong = plan.locations().stream()
                .filter(location -> needed.contains(Locations.normal(location)))
                .map(location -> "table %s still needs %s".formatted(plan.table(), location))
                .toList();
        if (!wrong.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, wrong);
        }
    }
}
