package io.firn.snapshot.retention;

import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.LakeFolder;
import io.firn.snapshot.PinnedFiles;
import io.firn.snapshot.TextFiles;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Forgets snapshots and tags whose time is over. It deletes no file of a table: what nothing needs any more is noted
 * first, and collected later by {@link GarbageCollection}.
 */
public final class Expiry {
    /** The folder of a table's notes, below {@link LakeFolder}. */
    static final String FOLDER = "garbage";

    /** The table property that names the last note, which a listing may not show yet. */
    static final String LAST_NOTE = "firn.garbage.last-note";

    private static final int ATTEMPTS = 10;

    private final Lake lake;
    private final SnapshotsConfig config;
    private final Clock clock;
    private final Function<Snapshot, Instant> times;

    public Expiry(Lake lake, SnapshotsConfig config, Clock clock) {
        this(lake, config, clock, snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis()));
    }

    /** @param times when snapshots were taken */
    Expiry(Lake lake, SnapshotsConfig config, Clock clock, Function<Snapshot, Instant> times) {
        this.lake = lake;
        this.config = config;
        this.clock = clock;
        this.times = times;
    }

    /**
     * What was forgotten.
     *
     * @param garbage how many files nothing needs any more
     * @param manifestsRead how many manifests were opened to find them
     */
    public record Expired(ExpiryPlan plan, int garbage, int manifestsRead) {}

    /** Decides what a table, current or change log, may forget. */
    public ExpiryPlan plan(String name) {
        return plan(name, lake.table(name));
    }

    private ExpiryPlan plan(String name, Table table) {
        return new RetentionRules(config, clock.instant(), times).plan(name, table, appliedCut(name));
    }

    /** A log's cuts that its table does not hold yet are what the writer would recover from. */
    private long appliedCut(String name) {
        if (!name.endsWith(TableDefinition.CHANGES_SUFFIX)) {
            return Long.MAX_VALUE;
        }
        String base = name.substring(0, name.length() - TableDefinition.CHANGES_SUFFIX.length());
        return lake.find(base)
                .map(table -> CutProperties.applied(table).number())
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Forgets what can be forgotten.
     *
     * @throws FirnException when other commits keep coming between
     */
    public Expired run(String name) {
        Table table = lake.table(name);
        RuntimeException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ExpiryPlan plan = plan(name, table);
            if (plan.isEmpty()) {
                return new Expired(plan, 0, 0);
            }
            Garbage.Found garbage = Garbage.of(table, plan.snapshots());
            String note = note(table, plan, garbage);
            try {
                commit(table, plan, note);
                return new Expired(plan, garbage.locations().size(), garbage.manifestsRead());
            } catch (CommitStateUnknownException e) {
                last = e;
                table.refresh();
            } catch (CommitFailedException | ValidationException | IllegalArgumentException e) {
                table.io().deleteFile(note);
                last = e;
                table.refresh();
            }
        }
        throw new FirnException(
                ErrorCode.COMMIT_CONFLICT,
                "snapshots of table %s could not be expired in %d attempts".formatted(name, ATTEMPTS),
                last);
    }

    private String note(Table table, ExpiryPlan plan, Garbage.Found garbage) {
        Instant now = clock.instant();
        TreeSet<String> locations = new TreeSet<>(garbage.locations());
        plan.tags().forEach(tag -> locations.add(PinnedFiles.location(table, tag)));
        GarbageRecord record = new GarbageRecord(
                table.uuid().toString(),
                now.toEpochMilli(),
                ((HasTableOperations) table).operations().current().lastSequenceNumber(),
                plan.snapshots(),
                plan.tags(),
                new ArrayList<>(locations));
        String location =
                "%s/%d-%s.json".formatted(LakeFolder.of(table, FOLDER), now.toEpochMilli(), UUID.randomUUID());
        TextFiles.write(table.io(), location, record.json());
        return location;
    }

    private void commit(Table table, ExpiryPlan plan, String note) {
        Transaction transaction = table.newTransaction();
        transaction.updateProperties().set(LAST_NOTE, note).commit();
        if (!plan.tags().isEmpty()) {
            var refs = transaction.manageSnapshots();
            for (String tag : plan.tags()) {
                refs = refs.removeTag(tag);
            }
            refs.commit();
        }
        if (!table.properties().containsKey(Garbage.FORKED) && Garbage.keepsAFork(table, this::isOld)) {
            transaction.updateProperties().set(Garbage.FORKED, "true").commit();
        }
        if (!plan.snapshots().isEmpty()) {
            ExpireSnapshots expire =
                    transaction.expireSnapshots().expireOlderThan(0).cleanExpiredFiles(false);
            for (long id : plan.snapshots()) {
                expire = expire.expireSnapshotId(id);
            }
            expire.commit();
        }
        transaction.commitTransaction();
    }

    private boolean isOld(Snapshot snapshot) {
        return times.apply(snapshot).plus(config.keepAll()).isBefore(clock.instant());
    }

    /** Returns every table that has something to forget: current tables and change logs. */
    public List<String> tables() {
        return lake.tables();
    }
}
