package io.firn.snapshot.ledger;

/** Signs entries: with a key in a file ({@link Ed25519}), or in a key management service ({@link KmsSigner}). */
@FunctionalInterface
public interface Signer {
    /** Returns the signature of a text's UTF-8, in Base64. */
    String sign(String text);
}
