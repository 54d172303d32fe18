package io.firn.engine.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * The scripts that run inside Redis. Each touches one row, that is, keys of one hash slot, or one table's position; its
 * file says what it takes and answers.
 */
enum Script {
    UPSERT,
    RESTORE,
    PUT,
    LINK,
    EMBED,
    DELETE,
    SWEEP,
    ADVANCE,
    BEGIN,
    MARK,
    FINISH,
    RETIRED,
    TAKE,
    RENEW,
    RELEASE;

    private final String text;
    private final String sha;

    Script() {
        text = read("newer") + read(name().toLowerCase(Locale.ROOT));
        sha = sha1(text);
    }

    /** Returns the script as Redis compiles it. */
    String text() {
        return text;
    }

    /** Returns the name that EVALSHA knows it by. */
    String sha() {
        return sha;
    }

    private static String read(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
