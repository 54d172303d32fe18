package io.firn.catalog.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the ledger of days is signed and checked. Keys are Ed25519, in PEM files.
 *
 * @param signingKey the private key that signs entries; null when entries are not signed
 * @param publicKey the key that signatures must fit; null when signatures are not asked for
 */
public record LedgerConfig(
        @Nullable Path signingKey, @Nullable Path publicKey) {
    /** Nothing is signed. */
    public static final LedgerConfig UNSIGNED = new LedgerConfig(null, null);
}
