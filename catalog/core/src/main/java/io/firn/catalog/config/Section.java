package io.firn.catalog.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of keys, and the groups inside it.
 *
 * @param alone the key whose value may stand in the group's place; null when there is none
 */
record Section(
        String name,
        Form form,
        String meaning,
        List<Key<?>> keys,
        List<Section> parts,
        @Nullable Key<?> alone) {

    enum Form {
        /** Left out, it has its defaults. */
        ALWAYS,
        /** Left out, it is absent. */
        OPTIONAL,
        /** Names chosen by the user, each with the keys of this section. */
        NAMED
    }

    Section {
        keys = List.copyOf(keys);
        parts = List.copyOf(parts);
    }

    Section(String name, Form form, String meaning, List<Key<?>> keys, List<Section> parts) {
        this(name, form, meaning, keys, parts, null);
    }

    /** The same, in whose place a value of one of its keys may stand. */
    Section shortFor(Key<?> key) {
        return new Section(name, form, meaning, keys, parts, key);
    }

    /** All names that may stand in this section. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        keys.forEach(key -> names.add(key.name()));
        parts.forEach(part -> names.add(part.name()));
        return names;
    }
}
