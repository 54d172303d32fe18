package io.firn.compactor.journal;

import io.firn.catalog.FolderListing;
import io.firn.compactor.commit.Planned;
import io.firn.compactor.rewrite.RewrittenGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What compactions of a table are at, kept beside its metadata so that it outlives the process and its machine: a file
 * for each rewrite from before its first new file is written until these are in the table or deleted. With it a crash
 * loses no finished rewrite, and no new file is unknown.
 *
 * <p>A store that cannot list files has no journal; a crash there costs the work at hand.
 */
public final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final String SUFFIX = ".json";

    /** What this process works on; anything else of its own it has given up. */
    private static final Set<String> ACTIVE = ConcurrentHashMap.newKeySet();

    private final Set<String> begun = new HashSet<>();
    private final Table table;
    private final String folder;
    private final Owner self;
    private final Clock clock;

    /** The journal of a table, as this process writes it. */
    public Journal(Table table) {
        this(table, Owner.self(), Clock.systemUTC());
    }

    Journal(Table table, Owner self, Clock clock) {
        this.table = table;
        this.folder = folder(table);
        this.self = self;
        this.clock = clock;
    }

    /** Returns the folder of a table's journal. */
    static String folder(Table table) {
        return table.location() + "/metadata/firn-compaction/";
    }

    /** Notes that an operation is about to write files. */
    public void begin(String operation) {
        ACTIVE.add(operation);
        begun.add(operation);
        write(entry(operation, null, List.of()));
    }

    /** Notes that a group's new files are written and proven. */
    public void finished(String operation, RewrittenGroup group, Planned planned) {
        write(entry(operation, JournalEntry.Work.of(group, planned), List.of()));
    }

    /** Notes that new files are not what they should be, so that they are neither committed nor deleted. */
    public void evidence(String operation, RewrittenGroup group, Planned planned, List<String> failures) {
        write(entry(operation, JournalEntry.Work.of(group, planned), failures));
    }

    /** Leaves everything that did not end to whoever comes next. */
    public void letGo() {
        ACTIVE.removeAll(begun);
    }

    /** Forgets an operation whose files are in the table or deleted. */
    public void end(String operation) {
        if (!listable()) {
            return;
        }
        try {
            table.io().deleteFile(location(operation));
        } catch (RuntimeException e) {
            LOG.warn("the journal entry {} was not deleted; the next run will", location(operation), e);
        }
    }

    private JournalEntry entry(String operation, JournalEntry.@Nullable Work work, List<String> evidence) {
        return new JournalEntry(operation, self, clock.instant(), work, evidence);
    }

    private boolean listable() {
        return table.io() instanceof SupportsPrefixOperations;
    }

    private String location(String operation) {
        return folder + operation + SUFFIX;
    }

    private void write(JournalEntry entry) {
        if (!listable()) {
            return;
        }
        String text = new JournalFormat(table.specs()).write(entry);
        try (OutputStream out =
                table.io().newOutputFile(location(entry.operation())).createOrOverwrite()) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all entries, those of living processes included. */
    public List<JournalEntry> entries() {
        List<JournalEntry> entries = new ArrayList<>();
        if (table.io() instanceof SupportsPrefixOperations io) {
            for (FileInfo file : FolderListing.files(io, folder)) {
                if (file.location().endsWith(SUFFIX) && !file.location().startsWith(RunLog.folder(table))) {
                    entries.add(read(file));
                }
            }
        }
        return entries;
    }

    /** An entry that is only partly written says no less than that an operation began. */
    private JournalEntry read(FileInfo file) {
        try (InputStream in = table.io().newInputFile(file.location()).newStream()) {
            return new JournalFormat(table.specs()).read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            String name = file.location().substring(file.location().lastIndexOf('/') + 1);
            String operation = name.substring(0, name.length() - SUFFIX.length());
            LOG.debug("the journal entry {} is not whole", file.location(), e);
            Instant at = Instant.ofEpochMilli(file.createdAtMillis());
            return new JournalEntry(operation, new Owner("", 0, 0), at, null, List.of());
        }
    }

    /** Returns what nobody works on any more, evidence left out. */
    List<JournalEntry> leftBehind() {
        return entries().stream()
                .filter(entry -> entry.evidence().isEmpty() && nobodyWorksOn(entry))
                .toList();
    }

    private boolean nobodyWorksOn(JournalEntry entry) {
        return entry.owner().equals(self)
                ? !ACTIVE.contains(entry.operation())
                : entry.owner().gone(entry.at(), clock.instant());
    }
}
