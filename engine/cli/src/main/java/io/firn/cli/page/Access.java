package io.firn.cli.page;

import io.firn.catalog.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who may look: everybody on this host, and from elsewhere whoever knows the token. */
record Access(@Nullable Secret token) {
    private static final String BEARER = "Bearer ";

    boolean allows(Request request) {
        Secret wanted = token;
        return wanted == null ? request.fromThisHost() : request.fromThisHost() || isSame(wanted, given(request));
    }

    private static @Nullable String given(Request request) {
        String header = request.authorization();
        return header != null && header.startsWith(BEARER)
                ? header.substring(BEARER.length())
                : request.parameters().get("token");
    }

    /** Takes the same time whatever is given. */
    private static boolean isSame(Secret wanted, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        wanted.value().getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
