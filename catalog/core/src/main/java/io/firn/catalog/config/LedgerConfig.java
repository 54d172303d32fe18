package io.firn.catalog.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the ledger of days is signed and checked. Keys are Ed25519: in PEM files, or in AWS KMS.
 *
 * @param signingKey the private key that signs entries; null when none in a file does
 * @param kmsKey ARN or alias of the key of AWS KMS that signs entries; null when none does. At most one of both is
 *     given; without, entries are not signed
 * @param publicKey the key that signatures must fit; null when signatures are not asked for
 */
public record LedgerConfig(
        @Nullable Path signingKey,
        @Nullable String kmsKey,
        @Nullable Path publicKey) {
    /** Nothing is signed. */
    public static final LedgerConfig UNSIGNED = new LedgerConfig(null, null, null);
}
