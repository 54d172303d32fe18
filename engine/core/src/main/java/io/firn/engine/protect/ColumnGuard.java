package io.firn.engine.protect;

import io.firn.catalog.config.ColumnPolicy;
import io.firn.catalog.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a column's values become. The same value becomes the same text in every column and table of one key, so that
 * they can still be joined.
 */
final class ColumnGuard {
    /** What every value of a masked column is. */
    static final String MASK = "****";

    private static final String HMAC = "HmacSHA256";

    private final ColumnPolicy policy;
    private final @Nullable SecretKeySpec hashKey;
    private final @Nullable Tokens tokens;

    /** @param secret null where no policy needs one */
    ColumnGuard(ColumnPolicy policy, @Nullable Secret secret) {
        this.policy = policy;
        if (policy.isKeyed() && secret == null) {
            throw new IllegalArgumentException(policy + " needs a key");
        }
        this.hashKey = secret == null ? null : new SecretKeySpec(derived(secret, "hash"), HMAC);
        this.tokens = secret == null ? null : new Tokens(derived(secret, "tokenize"));
    }

    private static byte[] derived(Secret secret, String purpose) {
        byte[] bytes = secret.value().getBytes(StandardCharsets.UTF_8);
        return hmac(new SecretKeySpec(bytes, HMAC), "firn column " + purpose);
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    boolean drops() {
        return policy == ColumnPolicy.DROP;
    }

    /** @return what is written in place of a value of a column that is not dropped */
    String text(String value) {
        return switch (policy) {
            case HASH -> HexFormat.of().formatHex(hmac(Objects.requireNonNull(hashKey), value));
            case TOKENIZE -> Objects.requireNonNull(tokens).of(value);
            case MASK, DROP -> MASK;
        };
    }
}
