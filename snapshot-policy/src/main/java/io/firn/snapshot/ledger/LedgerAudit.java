package io.firn.snapshot.ledger;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.snapshot.KeptDays;
import io.firn.snapshot.Tags;
import io.firn.workbench.AsOf;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes what the ledger says, from nothing but the lake and a public key, and names everything that does not
 * match.
 */
public final class LedgerAudit {
    private final Lake lake;
    private final SnapshotsConfig config;
    private final Clock clock;
    private final Workbench workbench;
    private final @Nullable PublicKey key;

    /** Asks for signatures of the configured public key, if any. */
    public LedgerAudit(Lake lake, SnapshotsConfig config, Workbench workbench, Clock clock) {
        this.lake = lake;
        this.config = config;
        this.clock = clock;
        this.workbench = workbench;
        Path file = config.ledger().publicKey();
        this.key = file == null ? null : Ed25519.publicKey(file);
    }

    /** How much is read. */
    public enum Depth {
        /** Metadata and manifests. */
        METADATA,
        /** Every data and delete file too, and every row. */
        FILES
    }

    /** What was found about a day. */
    public enum Status {
        /** Everything is as it was entered. */
        PROVEN,
        /** The day is no longer kept; its entry is part of the chain. */
        EXPIRED,
        /** Something is not as it was entered. */
        FAILED
    }

    /**
     * A day's verdict.
     *
     * @param rows of all its tables
     * @param problems empty unless it failed
     */
    public record DayVerdict(String day, long cut, int tables, long rows, Status status, List<String> problems) {
        public DayVerdict {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The verdict.
     *
     * @param problems of the ledger as a whole
     * @param head the hash of the last entry, which stands for all of them; null for an empty ledger
     */
    public record Verdict(
            List<DayVerdict> days,
            List<String> problems,
            @Nullable String head) {
        public Verdict {
            days = List.copyOf(days);
            problems = List.copyOf(problems);
        }

        /** Returns everything that is wrong, the ledger's own problems first. */
        public List<String> allProblems() {
            List<String> all = new ArrayList<>(problems);
            days.forEach(day -> all.addAll(day.problems()));
            return all;
        }
    }

    /**
     * Verifies the ledger and its days.
     *
     * @param tables the tables whose tags must be entered
     * @param only the one day to look at; null for all. The chain is always verified whole.
     */
    public Verdict verify(Collection<String> tables, Depth depth, @Nullable LocalDate only) {
        if (lake.find(LedgerFiles.TABLE).isEmpty()) {
            throw new FirnException(
                    ErrorCode.TABLE_NOT_FOUND, "there is no ledger yet: firn tag enters the days that have closed");
        }
        LedgerFiles files = LedgerFiles.open(lake);
        List<SealedEntry> entries = files.inFiles();
        List<String> problems = new ArrayList<>(ChainCheck.problems(entries, files.inTable(), key));
        problems.addAll(missing(entries, tables));
        DayCheck check = new DayCheck(lake, files, workbench, depth, config.zone());
        KeptDays kept = new KeptDays(
                config, entries.stream().map(LedgerAudit::day).toList(), LocalDate.now(clock.withZone(config.zone())));
        List<DayVerdict> days = entries.stream()
                .map(SealedEntry::entry)
                .filter(entry -> only == null || entry.day().equals(only.toString()))
                .map(entry -> verdict(entry, check, kept))
                .toList();
        if (only != null && days.isEmpty()) {
            problems.add("day %s has no entry".formatted(only));
        }
        return new Verdict(
                days,
                problems,
                entries.isEmpty() ? null : entries.get(entries.size() - 1).hash());
    }

    private static LocalDate day(SealedEntry sealed) {
        return LocalDate.parse(sealed.entry().day());
    }

    private DayVerdict verdict(LedgerEntry entry, DayCheck check, KeptDays kept) {
        boolean expired = isExpired(entry, kept);
        List<String> problems = expired ? List.of() : check.problems(entry);
        long rows =
                entry.tables().stream().mapToLong(LedgerEntry.TableDay::rows).sum();
        Status status = expired ? Status.EXPIRED : problems.isEmpty() ? Status.PROVEN : Status.FAILED;
        return new DayVerdict(entry.day(), entry.cut(), entry.tables().size(), rows, status, problems);
    }

    /** A day beyond its time may still be kept; then it is proven like any other. */
    private boolean isExpired(LedgerEntry entry, KeptDays kept) {
        LocalDate day = LocalDate.parse(entry.day());
        return kept.isOver(day)
                && entry.tables().stream()
                        .noneMatch(table -> lake.find(table.table())
                                .map(t -> t.refs().containsKey(Tags.name(day)))
                                .orElse(false));
    }

    private List<String> missing(List<SealedEntry> entries, Collection<String> tables) {
        TreeSet<LocalDate> days = new TreeSet<>();
        for (String name : tables) {
            lake.find(name).map(AsOf::days).ifPresent(days::addAll);
        }
        days.removeAll(entries.stream().map(LedgerAudit::day).collect(Collectors.toSet()));
        return days.stream().map("day %s is tagged and has no entry"::formatted).toList();
    }
}
