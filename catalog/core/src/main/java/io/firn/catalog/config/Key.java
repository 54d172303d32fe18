package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: what it is called, how it is written, what it is when left out, and what it means.
 * Reading and the reference page both come from it.
 *
 * @param fallback text of the default; null when the key has none
 */
record Key<T>(
        String name,
        ValueType<T> type,
        Presence presence,
        @Nullable String fallback,
        String meaning) {

    enum Presence {
        REQUIRED,
        OPTIONAL,
        SECRET
    }

    static <T> Key<T> required(String name, ValueType<T> type, String meaning) {
        return new Key<>(name, type, Presence.REQUIRED, null, meaning);
    }

    static <T> Key<T> optional(String name, ValueType<T> type, String meaning) {
        return new Key<>(name, type, Presence.OPTIONAL, null, meaning);
    }

    static <T> Key<T> optional(String name, ValueType<T> type, String fallback, String meaning) {
        return new Key<>(name, type, Presence.OPTIONAL, fallback, meaning);
    }

    /** Required, and its value never appears in a message. */
    static Key<Secret> secret(String name, String meaning) {
        return new Key<>(name, Types.SECRET, Presence.SECRET, null, meaning);
    }

    boolean required() {
        return presence != Presence.OPTIONAL;
    }
}
