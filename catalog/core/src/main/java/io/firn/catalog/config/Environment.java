package io.firn.catalog.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills in what a dollar sign with a name in braces stands for; with two dollar signs the text stays, with one less.
 */
final class Environment {

    private static final Pattern REFERENCE = Pattern.compile("\\$(\\$\\{)|\\$\\{([^}]*)}");
    private static final Pattern CONTENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * The text with every reference replaced.
     *
     * @throws IllegalArgumentException whose message is the rule that {@code text} breaks
     */
    String fill(String text) {
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (reference.find()) {
            String value = reference.group(1) != null ? "${" : value(reference.group(2));
            reference.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return reference.appendTail(filled).toString();
    }

    private String value(String content) {
        Matcher parts = CONTENT.matcher(content);
        if (!parts.matches()) {
            throw new IllegalArgumentException("must write a variable as ${NAME} or ${NAME:-default}");
        }
        String value = variables.getOrDefault(parts.group(1), "");
        if (!value.isEmpty() || (variables.containsKey(parts.group(1)) && parts.group(2) == null)) {
            return value;
        }
        if (parts.group(2) == null) {
            throw new IllegalArgumentException(
                    "needs the environment variable " + parts.group(1) + ", which is not set");
        }
        return parts.group(2);
    }
}
