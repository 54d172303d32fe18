package io.firn.catalog.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What was read of one section. Values that broke a rule are absent; their problems have been reported. */
final class Values {

    private final String path;
    private final int line;
    private final Map<Key<?>, Object> values = new HashMap<>();
    private final Map<Key<?>, Integer> lines = new HashMap<>();
    private final Map<Section, Values> parts = new HashMap<>();
    private final Map<Section, Map<String, Values>> named = new HashMap<>();

    Values(String path, int line) {
        this.path = path;
        this.line = line;
    }

    /** The full name of something in this section. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The full name of the section. */
    String path() {
        return path;
    }

    int line() {
        return line;
    }

    int line(Key<?> key) {
        return lines.getOrDefault(key, line);
    }

    <T> void put(Key<T> key, T value, int atLine) {
        values.put(key, Objects.requireNonNull(value));
        lines.put(key, atLine);
    }

    void put(Section section, Values part) {
        parts.put(section, part);
    }

    void put(Section section, String name, Values part) {
        named.computeIfAbsent(section, s -> new LinkedHashMap<>()).put(name, part);
    }

    /** A value that is there once no problem was found. */
    <T> T of(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException(path(key.name()) + " has no value"));
    }

    /** A value that may be left out or may have been broken. */
    @SuppressWarnings("unchecked") // put() pairs a key with its own type
    <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    /** A section that is always there. */
    Values part(Section section) {
        return findPart(section).orElseThrow(() -> new IllegalStateException(path(section.name()) + " was not read"));
    }

    Optional<Values> findPart(Section section) {
        return Optional.ofNullable(parts.get(section));
    }

    /** The members of a named section in the order of the file. */
    Map<String, Values> named(Section section) {
        return named.getOrDefault(section, Map.of());
    }
}
