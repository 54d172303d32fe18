package io.firn.snapshot.ledger;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.LedgerConfig;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.Tags;
import io.firn.workbench.AsOf;
import io.firn.workbench.Digest;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Writes an entry for every day that has closed: which snapshot and which position of the source it is, what its tables
 * and their change logs held, and the hashes of everything that it is made of. Each entry carries the hash of the one
 * before.
 */
public final class Ledger {
    private static final int VERSION = 2;

    private final Lake lake;
    private final SnapshotsConfig config;
    private final LedgerFiles files;
    private final DayDigests digests;
    private final @Nullable Signer signer;

    /** Signs with the configured key, if any. */
    public Ledger(Lake lake, SnapshotsConfig config, Workbench workbench) {
        this(lake, config, workbench, signer(config.ledger()));
    }

    /** @param signer signs every entry; null when entries are not signed */
    public Ledger(Lake lake, SnapshotsConfig config, Workbench workbench, @Nullable Signer signer) {
        this.lake = lake;
        this.config = config;
        this.files = LedgerFiles.open(lake);
        this.digests = new DayDigests(workbench);
        this.signer = signer;
    }

    private static @Nullable Signer signer(LedgerConfig ledger) {
        if (ledger.kmsKey() != null) {
            return KmsSigner.of(ledger.kmsKey());
        }
        return ledger.signingKey() == null ? null : Ed25519.signer(ledger.signingKey());
    }

    /**
     * A day that was entered.
     *
     * @param late changes of each table that the source committed on an earlier day, by its clock
     * @param missing tables that were stopped when the day closed and have no such day
     */
    public record Entered(LocalDate day, long cut, String hash, Map<String, Long> late, List<String> missing) {
        public Entered {
            late = Map.copyOf(late);
            missing = List.copyOf(missing);
        }
    }

    /**
     * Enters every tagged day after the last one that is entered, in order, up to one that a table is still to tag.
     * Beside each entry the tables' pinned metadata is written.
     *
     * @throws FirnException when the tags of a day are not at the same cut
     */
    public List<Entered> catchUp(Collection<String> tables) {
        return catchUp(tables, DayVerdicts.NONE);
    }

    /**
     * The same, with each table of a day marked as certified or not.
     *
     * @param verdicts asked once for each day
     */
    public List<Entered> catchUp(Collection<String> tables, DayVerdicts verdicts) {
        long before = files.count();
        long count = before;
        @Nullable
        SealedEntry last = count == 0 ? null : files.inFilesFrom(count - 1).get(0);
        Tags tags = new Tags(lake, config);
        List<Entered> entered = new ArrayList<>();
        List<SealedEntry> written = new ArrayList<>();
        for (LocalDate day : daysAfter(last, tables)) {
            if (!tags.isComplete(tables, day)) {
                break;
            }
            LedgerEntry entry = entry(day, tables, ++count, last, verdicts);
            SealedEntry next = SealedEntry.of(entry, signer);
            requireFit(entry, next);
            files.write(entry, next);
            written.add(next);
            last = next;
            entered.add(entered(entry, next, tags.missing(tables, day)));
        }
        files.append(notInTable(before, written));
        return entered;
    }

    /** An entry that no audit would accept is not written. */
    private void requireFit(LedgerEntry entry, SealedEntry sealed) {
        Path key = config.ledger().publicKey();
        if (key != null
                && sealed.signature() != null
                && !Ed25519.fits(Ed25519.publicKey(key), sealed.signed(), sealed.signature())) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID,
                    "%s was not entered: snapshots.public-key %s is not the public half of the key that signs"
                            .formatted(entry.day(), key));
        }
    }

    /** What a run that was interrupted did not append, and what this one wrote, which may not be listed yet. */
    private List<SealedEntry> notInTable(long before, List<SealedEntry> written) {
        long inTable = files.countInTable();
        List<SealedEntry> missing = new ArrayList<>();
        if (inTable < before) {
            files.inFilesFrom(inTable).stream().limit(before - inTable).forEach(missing::add);
        }
        missing.addAll(written);
        return missing;
    }

    private static Entered entered(LedgerEntry entry, SealedEntry written, List<String> missing) {
        Map<String, Long> late = new HashMap<>();
        entry.tables().forEach(table -> {
            if (table.changes().late() > 0) {
                late.put(table.table(), table.changes().late());
            }
        });
        return new Entered(LocalDate.parse(entry.day()), entry.cut(), written.hash(), late, missing);
    }

    private TreeSet<LocalDate> daysAfter(@Nullable SealedEntry last, Collection<String> tables) {
        TreeSet<LocalDate> days = new TreeSet<>();
        tables.forEach(name -> lake.find(name).ifPresent(table -> days.addAll(AsOf.days(table))));
        if (last != null) {
            days.headSet(LocalDate.parse(last.entry().day()), true).clear();
        }
        return days;
    }

    private LedgerEntry entry(
            LocalDate day,
            Collection<String> names,
            long sequence,
            @Nullable SealedEntry before,
            DayVerdicts verdicts) {
        Map<String, Snapshot> snapshots = new TreeMap<>();
        Map<String, Table> tables = new HashMap<>();
        for (String name : names) {
            lake.find(name).ifPresent(table -> {
                SnapshotRef ref = table.refs().get(Tags.name(day));
                if (ref != null) {
                    snapshots.put(name, table.snapshot(ref.snapshotId()));
                    tables.put(name, table);
                }
            });
        }
        Cut cut = commonCut(day, snapshots, tables);
        Map<String, Long> ids = new TreeMap<>();
        snapshots.forEach((name, snapshot) -> ids.put(name, snapshot.snapshotId()));
        Map<String, Boolean> certified = verdicts.of(day, ids);
        List<LedgerEntry.TableDay> days = new ArrayList<>();
        snapshots.forEach((name, snapshot) -> days.add(tableDay(
                name,
                Objects.requireNonNull(tables.get(name)),
                snapshot,
                day,
                cut,
                sequence,
                before,
                certified.get(name))));
        return new LedgerEntry(
                VERSION,
                sequence,
                day.toString(),
                config.zone().getId(),
                cut.number(),
                cut.lsn(),
                cut.upTo().tokens(),
                days,
                before == null ? LedgerEntry.NOTHING : before.hash());
    }

    private static Cut commonCut(LocalDate day, Map<String, Snapshot> snapshots, Map<String, Table> tables) {
        Map<Long, Cut> cuts = new TreeMap<>();
        snapshots.forEach((name, snapshot) -> {
            Cut cut = CutProperties.appliedAt(Objects.requireNonNull(tables.get(name)), snapshot);
            if (!cut.closes().contains(Tags.name(day))) {
                throw new FirnException(
                        ErrorCode.CHECK_FAILED,
                        "tag %s of table %s is at cut %d, which did not close the day: somebody moved it"
                                .formatted(Tags.name(day), name, cut.number()));
            }
            cuts.put(cut.number(), cut);
        });
        if (cuts.size() != 1) {
            throw new FirnException(
                    ErrorCode.CHECK_FAILED,
                    "the tables of %s are not at the same cut but at %s".formatted(day, cuts.keySet()));
        }
        return cuts.values().iterator().next();
    }

    private LedgerEntry.TableDay tableDay(
            String name,
            Table table,
            Snapshot snapshot,
            LocalDate day,
            Cut cut,
            long sequence,
            @Nullable SealedEntry before,
            @Nullable Boolean certified) {
        FileHashes hashes = FileHashes.of(table, snapshot, hashesBefore(name, before));
        hashes.write(table.io(), files.hashes(sequence, day.toString(), name));
        String metadata = PinnedMetadata.write(table, Tags.name(day), snapshot);
        Digest digest = digests.of(table, snapshot.snapshotId());
        return new LedgerEntry.TableDay(
                name,
                table.uuid().toString(),
                snapshot.snapshotId(),
                digest.rows(),
                digest.toString(),
                metadata,
                Hashes.of(table.io(), metadata),
                snapshot.manifestListLocation(),
                Hashes.of(table.io(), snapshot.manifestListLocation()),
                FileHashes.manifestsRoot(table, snapshot, path -> Hashes.of(table.io(), path)),
                hashes.size(),
                hashes.root(),
                changes(name, day, cut, before),
                certified);
    }

    private FileHashes hashesBefore(String name, @Nullable SealedEntry before) {
        if (before == null || !has(before.entry(), name)) {
            return FileHashes.none();
        }
        LedgerEntry entry = before.entry();
        return FileHashes.read(files.table().io(), files.hashes(entry.sequence(), entry.day(), name));
    }

    private static boolean has(LedgerEntry entry, String name) {
        return entry.tables().stream().anyMatch(table -> table.table().equals(name));
    }

    /** A table's changes go on where its last entry ended; it may have missed a day. */
    private long lastCut(String name, @Nullable SealedEntry before) {
        if (before == null) {
            return 0;
        }
        return has(before.entry(), name)
                ? before.entry().cut()
                : files.inFiles().stream()
                        .map(SealedEntry::entry)
                        .filter(entry -> has(entry, name))
                        .mapToLong(LedgerEntry::cut)
                        .max()
                        .orElse(0);
    }

    private LedgerEntry.Changes changes(String name, LocalDate day, Cut cut, @Nullable SealedEntry before) {
        Table log = lake.table(TableDefinition.changeLogOf(name));
        long after = lastCut(name, before);
        int schema = log.schema().schemaId();
        DayDigests.Logged logged = digests.changes(
                log,
                after,
                cut.number(),
                schema,
                day.atStartOfDay(config.zone()).toInstant());
        long late = config.close() == SnapshotsConfig.DayClose.TIME ? logged.late() : 0;
        return new LedgerEntry.Changes(
                after, cut.number(), schema, logged.digest().toString(), late);
    }
}
