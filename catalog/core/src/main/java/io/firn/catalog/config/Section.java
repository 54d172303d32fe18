package io.firn.catalog.config;

import java.util.ArrayList;
import java.util.List;

/** A group of keys, and the groups inside it. */
record Section(String name, Form form, String meaning, List<Key<?>> keys, List<Section> parts) {

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

    /** All names that may stand in this section. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        keys.forEach(key -> names.add(key.name()));
        parts.forEach(part -> names.add(part.name()));
        return names;
    }
}
