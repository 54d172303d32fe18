package io.firn.catalog.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How the value of a key is written.
 *
 * @param name what the reference page calls it
 * @param reader turns it into its Java type, or throws {@link RejectedValue}
 */
record ValueType<T>(String name, Function<Tree, T> reader) {

    /** A value breaks its rule; {@code value} is what an error message shows of it. */
    static final class RejectedValue extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String value;

        RejectedValue(String rule, String value) {
            super(rule);
            this.value = value;
        }

        String rule() {
            return String.valueOf(getMessage());
        }

        String value() {
            return value;
        }
    }

    /** One value; {@code parse} throws IllegalArgumentException with the rule. */
    static <T> ValueType<T> of(String name, Function<String, T> parse) {
        return new ValueType<>(name, tree -> {
            if (!(tree instanceof Tree.Scalar scalar)) {
                throw new RejectedValue("must be a single value", tree.kind());
            }
            return parsed(parse, scalar.text());
        });
    }

    /** The same with a list of values. */
    static <T> ValueType<List<T>> listOf(String name, Function<String, T> parse) {
        ValueType<T> element = of(name, parse);
        return new ValueType<>("list of " + name, tree -> {
            if (!(tree instanceof Tree.Sequence sequence)) {
                throw new RejectedValue("must be a list, as in [a, b],", tree.kind());
            }
            return sequence.items().stream().map(element.reader).toList();
        });
    }

    /** Free names with one value each. */
    static ValueType<Map<String, String>> properties() {
        return new ValueType<>("names and values", tree -> {
            if (!(tree instanceof Tree.Mapping mapping)) {
                throw new RejectedValue("must be names with values", tree.kind());
            }
            Map<String, String> properties = new LinkedHashMap<>();
            mapping.entries().forEach((name, value) -> properties.put(name, property(name, value)));
            return properties;
        });
    }

    private static String property(String name, Tree value) {
        if (value instanceof Tree.Scalar scalar) {
            return scalar.text();
        }
        throw new RejectedValue("must give " + name + " a single value", value.kind());
    }

    private static <T> T parsed(Function<String, T> parse, String text) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new RejectedValue(String.valueOf(e.getMessage()), text.isEmpty() ? "empty" : text);
        }
    }

    T read(Tree tree) {
        return reader.apply(tree);
    }
}
