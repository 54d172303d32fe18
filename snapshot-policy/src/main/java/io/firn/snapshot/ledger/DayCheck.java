package io.firn.snapshot.ledger;

import io.firn.catalog.Failures;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.snapshot.Tags;
import io.firn.workbench.Workbench;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/** Recomputes one entry at a time; what several days share is read once. */
final class DayCheck {
    private final Lake lake;
    private final LedgerFiles files;
    private final DayDigests digests;
    private final LedgerAudit.Depth depth;
    private final ZoneId zone;
    private final Map<String, String> hashes = new HashMap<>();
    private final Map<String, Table> tables = new HashMap<>();

    DayCheck(Lake lake, LedgerFiles files, Workbench workbench, LedgerAudit.Depth depth, ZoneId zone) {
        this.lake = lake;
        this.files = files;
        this.digests = new DayDigests(workbench);
        this.depth = depth;
        this.zone = zone;
    }

    /** Returns everything in which the lake differs from the entry. */
    List<String> problems(LedgerEntry entry) {
        List<String> problems = new ArrayList<>();
        for (LedgerEntry.TableDay day : entry.tables()) {
            List<String> found = new ArrayList<>();
            try {
                check(entry, day, found);
            } catch (RuntimeException e) {
                found.add("it cannot be checked: " + Failures.rootMessage(e));
            }
            found.forEach(problem -> problems.add("day %s, table %s: %s".formatted(entry.day(), day.table(), problem)));
        }
        return problems;
    }

    private void check(LedgerEntry entry, LedgerEntry.TableDay day, List<String> problems) {
        @Nullable Table table = table(day.table());
        if (table == null) {
            problems.add("the table is gone");
            return;
        }
        if (!table.uuid().toString().equals(day.uuid())) {
            problems.add("the table was made anew: it is %s and was %s".formatted(table.uuid(), day.uuid()));
        }
        tag(table, entry, day, problems);
        requireHash(table.io(), day.metadata(), day.metadataHash(), "pinned metadata", problems);
        requireHash(table.io(), day.manifestList(), day.manifestListHash(), "manifest list", problems);
        @Nullable Snapshot snapshot = table.snapshot(day.snapshot());
        if (snapshot == null) {
            problems.add("snapshot %d is gone".formatted(day.snapshot()));
            return;
        }
        if (!problems.isEmpty()) {
            return;
        }
        String manifests = FileHashes.manifestsRoot(table, snapshot, path -> hash(table.io(), path));
        if (!manifests.equals(day.manifestsRoot())) {
            problems.add("a manifest was changed: the root of their hashes is another");
            return;
        }
        files(entry, day, table, snapshot, problems);
        if (depth == LedgerAudit.Depth.FILES && problems.isEmpty()) {
            digests(entry, day, table, problems);
        }
    }

    private void tag(Table table, LedgerEntry entry, LedgerEntry.TableDay day, List<String> problems) {
        String tag = Tags.name(LocalDate.parse(entry.day()));
        @Nullable SnapshotRef ref = table.refs().get(tag);
        if (ref == null) {
            problems.add("tag %s was removed".formatted(tag));
        } else if (ref.snapshotId() != day.snapshot()) {
            problems.add("tag %s was moved: it names snapshot %d and named %d"
                    .formatted(tag, ref.snapshotId(), day.snapshot()));
        }
    }

    private void files(
            LedgerEntry entry, LedgerEntry.TableDay day, Table table, Snapshot snapshot, List<String> problems) {
        FileHashes expected =
                FileHashes.read(files.table().io(), files.hashes(entry.sequence(), entry.day(), day.table()));
        if (!expected.root().equals(day.filesRoot())) {
            problems.add("the list of its files' hashes was changed");
            return;
        }
        Map<String, Long> sizes = new TreeMap<>(FileHashes.sizes(table, snapshot));
        if (!sizes.keySet().equals(expected.lines().keySet())) {
            problems.add("it has other files than were entered");
            return;
        }
        expected.lines().forEach((location, line) -> {
            String[] parts = line.split(" ", 3);
            if (Long.parseLong(parts[1]) != sizes.getOrDefault(location, -1L)) {
                problems.add("%s has another size than was entered".formatted(location));
            } else if (depth == LedgerAudit.Depth.FILES) {
                requireHash(table.io(), location, parts[0], "file", problems);
            }
        });
    }

    private void digests(LedgerEntry entry, LedgerEntry.TableDay day, Table table, List<String> problems) {
        String digest = digests.of(table, day.snapshot()).toString();
        if (!digest.equals(day.digest())) {
            problems.add("its rows have the digest %s and had %s".formatted(digest, day.digest()));
        }
        LedgerEntry.Changes changes = day.changes();
        Table log = lake.table(TableDefinition.changeLogOf(day.table()));
        String logged = digests.changes(
                        log,
                        changes.afterCut(),
                        changes.upToCut(),
                        changes.schema(),
                        LocalDate.parse(entry.day()).atStartOfDay(zone).toInstant())
                .digest()
                .toString();
        if (!logged.equals(changes.digest())) {
            problems.add("its changes after cut %d up to cut %d have the digest %s and had %s"
                    .formatted(changes.afterCut(), changes.upToCut(), logged, changes.digest()));
        }
    }

    private void requireHash(FileIO io, String location, String expected, String what, List<String> problems) {
        try {
            String hash = hash(io, location);
            if (!hash.equals(expected)) {
                problems.add("%s %s was changed: its hash is %s and was %s".formatted(what, location, hash, expected));
            }
        } catch (NotFoundException e) {
            problems.add("%s %s is missing".formatted(what, location));
        }
    }

    private String hash(FileIO io, String location) {
        return hashes.computeIfAbsent(location, path -> Hashes.of(io, path));
    }

    private @Nullable Table table(String name) {
        if (!tables.containsKey(name)) {
            lake.find(name).ifPresent(table -> tables.put(name, table));
        }
        return tables.get(name);
    }
}
