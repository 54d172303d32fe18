package io.firn.catalog.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a tree by the description of its keys; what does not fit becomes a problem. */
final class SectionReader {

    private final Problems problems;

    SectionReader(Problems problems) {
        this.problems = problems;
    }

    Values read(Section section, String path, Tree content) {
        Tree tree = whole(section, content);
        Values values = new Values(path, tree.line());
        if (!group(path, tree)) {
            section.parts().stream()
                    .filter(part -> part.form() == Section.Form.ALWAYS)
                    .forEach(part ->
                            values.put(part, read(part, values.path(part.name()), new Tree.Broken(tree.line()))));
            return values;
        }
        Map<String, Tree> entries = entries(tree);
        section.keys().forEach(key -> readKey(key, values, entries.get(key.name())));
        section.parts().forEach(part -> readPart(part, values, entries.get(part.name())));
        entries.forEach((name, value) -> reportUnknown(section, values, name, value));
        return values;
    }

    /** A value that stands alone is the group's only one. */
    private static Tree whole(Section section, Tree tree) {
        Key<?> alone = section.alone();
        boolean isValue = tree instanceof Tree.Scalar || tree instanceof Tree.Sequence;
        return alone != null && isValue ? new Tree.Mapping(Map.of(alone.name(), tree), tree.line()) : tree;
    }

    /** Whether there is something to read; reports what is neither a group nor empty nor reported already. */
    private boolean group(String path, Tree tree) {
        if (tree instanceof Tree.Mapping || tree instanceof Tree.Nothing) {
            return true;
        }
        if (!(tree instanceof Tree.Broken)) {
            String what = path.isEmpty() ? "the file" : path;
            problems.add(tree.line(), what + " must be a group of keys but was " + tree.kind());
        }
        return false;
    }

    private static Map<String, Tree> entries(Tree tree) {
        return tree instanceof Tree.Mapping mapping ? mapping.entries() : Map.of();
    }

    private <T> void readKey(Key<T> key, Values values, @Nullable Tree tree) {
        if (tree != null) {
            readValue(key, values, tree);
        } else if (key.fallback() != null) {
            values.put(key, key.type().read(new Tree.Scalar(key.fallback(), values.line())), values.line());
        } else if (key.required()) {
            problems.add(values.line(), values.path(key.name()) + " must be given");
        }
    }

    private <T> void readValue(Key<T> key, Values values, Tree tree) {
        if (tree instanceof Tree.Broken) {
            return;
        }
        if (tree instanceof Tree.Nothing) {
            problems.add(tree.line(), values.path(key.name()) + " must have a value");
            return;
        }
        try {
            values.put(key, key.type().read(tree), tree.line());
        } catch (ValueType.RejectedValue e) {
            String shown = key.presence() == Key.Presence.SECRET ? Secret.MASK : Secret.maskUri(e.value());
            problems.add(tree.line(), values.path(key.name()) + " " + e.rule() + " but was " + shown);
        }
    }

    private void readPart(Section part, Values values, @Nullable Tree tree) {
        String path = values.path(part.name());
        Tree content = tree == null ? new Tree.Nothing(values.line()) : tree;
        switch (part.form()) {
            case ALWAYS -> values.put(part, read(part, path, content));
            case OPTIONAL -> {
                if (tree != null) {
                    values.put(part, read(part, path, content));
                }
            }
            case NAMED -> {
                if (group(path, content)) {
                    entries(content)
                            .forEach((name, member) -> values.put(part, name, read(part, path + "." + name, member)));
                }
            }
        }
    }

    private void reportUnknown(Section section, Values values, String name, Tree value) {
        if (!section.names().contains(name)) {
            String suggestion = Suggestion.phrase(name, section.names());
            String known = suggestion.isEmpty() ? "; known here: " + String.join(", ", section.names()) : suggestion;
            problems.add(value.line(), values.path(name) + " is not a key" + known);
        }
    }
}
