package io.firn.snapshot.ledger;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether entries are whole, signed, in one chain, and the same in both places. Pure. */
final class ChainCheck {
    private final @Nullable PublicKey key;
    private final List<String> problems = new ArrayList<>();

    private ChainCheck(@Nullable PublicKey key) {
        this.key = key;
    }

    /** Returns what is wrong, first things first. */
    static List<String> problems(List<SealedEntry> files, List<SealedEntry> table, @Nullable PublicKey key) {
        ChainCheck check = new ChainCheck(key);
        check.chain(files);
        check.compare(files, table);
        return check.problems;
    }

    private void chain(List<SealedEntry> entries) {
        long expected = 1;
        String previous = LedgerEntry.NOTHING;
        for (SealedEntry sealed : entries) {
            LedgerEntry entry = sealed.entry();
            String name = name(entry);
            for (; expected < entry.sequence(); expected++) {
                problems.add("entry %d is missing".formatted(expected));
                previous = entry.previous();
            }
            if (!Hashes.of(sealed.text()).equals(sealed.hash())) {
                problems.add(name + " was changed: its text has another hash than it says");
            }
            if (!entry.previous().equals(previous)) {
                problems.add(name + " does not follow the entry before: that has another hash");
            }
            signature(name, sealed);
            previous = sealed.hash();
            expected = entry.sequence() + 1;
        }
    }

    private void signature(String name, SealedEntry sealed) {
        if (key == null) {
            return;
        }
        if (sealed.signature() == null) {
            problems.add(name + " is not signed");
        } else if (!Ed25519.fits(key, sealed.signed(), sealed.signature())) {
            problems.add(name + " has a signature that is not of the configured key");
        }
    }

    private void compare(List<SealedEntry> files, List<SealedEntry> table) {
        for (SealedEntry file : files) {
            boolean same = table.stream().anyMatch(file::equals);
            if (!same) {
                problems.add("%s is in its file and not the same in table %s"
                        .formatted(name(file.entry()), LedgerFiles.TABLE));
            }
        }
        for (SealedEntry row : table) {
            long sequence = row.entry().sequence();
            if (files.stream().noneMatch(file -> file.entry().sequence() == sequence)) {
                problems.add(
                        "%s is in table %s and its file is missing".formatted(name(row.entry()), LedgerFiles.TABLE));
            }
        }
    }

    private static String name(LedgerEntry entry) {
        return "entry %d (%s)".formatted(entry.sequence(), entry.day());
    }
}
