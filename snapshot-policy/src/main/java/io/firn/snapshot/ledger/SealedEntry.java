package io.firn.snapshot.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry's exact text with its hash and signature: the three lines of its file.
 *
 * @param text the entry as JSON, in one line
 * @param hash the SHA-256 of the text
 * @param signature in Base64, of what {@link #signed} returns; null when entries are not signed
 */
record SealedEntry(String text, String hash, @Nullable String signature) {
    private static final String UNSIGNED = "unsigned";

    static SealedEntry of(LedgerEntry entry, @Nullable Signer signer) {
        String text = entry.json();
        SealedEntry unsigned = new SealedEntry(text, Hashes.of(text), null);
        return signer == null ? unsigned : new SealedEntry(text, unsigned.hash(), signer.sign(unsigned.signed()));
    }

    /**
     * What the signature is of: the text's hash, since key management services sign only a few kilobytes; in entries of
     * version 1 the text.
     */
    String signed() {
        return entry().version() == 1 ? text : Hashes.of(text);
    }

    /** The entry; its text decides, and is never written anew. */
    LedgerEntry entry() {
        return LedgerEntry.parse(text);
    }

    String file() {
        return text + "\n" + hash + "\n" + (signature == null ? UNSIGNED : signature) + "\n";
    }

    static SealedEntry parse(String file) {
        List<String> lines = file.lines().toList();
        if (lines.size() != 3) {
            throw new IllegalArgumentException("an entry's file must have 3 lines but has " + lines.size());
        }
        return new SealedEntry(lines.get(0), lines.get(1), lines.get(2).equals(UNSIGNED) ? null : lines.get(2));
    }
}
