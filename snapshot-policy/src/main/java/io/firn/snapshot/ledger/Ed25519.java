package io.firn.snapshot.ledger;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Ed25519 signatures (RFC 8032) with keys in PEM files, as {@code openssl genpkey -algorithm ed25519} makes them. */
public final class Ed25519 {
    private static final String ALGORITHM = "Ed25519";

    private Ed25519() {}

    /**
     * Returns a signer with the private key in a file.
     *
     * @throws FirnException when the file cannot be read or is no such key
     */
    public static Signer signer(Path file) {
        PrivateKey key = privateKey(file);
        return text -> {
            try {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initSign(key);
                signature.update(text.getBytes(StandardCharsets.UTF_8));
                return Base64.getEncoder().encodeToString(signature.sign());
            } catch (GeneralSecurityException e) {
                throw FirnException.internal("an entry could not be signed", e);
            }
        };
    }

    /**
     * Reads a public key.
     *
     * @throws FirnException when the file cannot be read or is no such key
     */
    public static PublicKey publicKey(Path file) {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(pem(file)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable("snapshots.public-key", file, e);
        }
    }

    private static PrivateKey privateKey(Path file) {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(pem(file)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable("snapshots.signing-key", file, e);
        }
    }

    /** Whether a text's signature is this key's. */
    static boolean fits(PublicKey key, String text, String signature) {
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(text.getBytes(StandardCharsets.UTF_8));
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] pem(Path file) {
        try {
            String text = Files.readString(file);
            return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        } catch (IOException e) {
            throw new FirnException(ErrorCode.CONFIG_INVALID, "the key file %s cannot be read".formatted(file), e);
        }
    }

    private static FirnException unusable(String setting, Path file, Exception cause) {
        return new FirnException(
                ErrorCode.CONFIG_INVALID,
                "%s must name a PEM file with an Ed25519 key but named %s".formatted(setting, file),
                cause);
    }
}
