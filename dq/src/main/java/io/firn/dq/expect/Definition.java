package io.firn.dq.expect;

import io.firn.catalog.config.Expectation;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** What an expectation says, as a short text: one that says something else now has not held before. */
final class Definition {
    private Definition() {}

    static String of(Expectation expectation) {
        byte[] words = expectation.toString().getBytes(StandardCharsets.UTF_8);
        return "\"" + UUID.nameUUIDFromBytes(words) + "\"";
    }
}
