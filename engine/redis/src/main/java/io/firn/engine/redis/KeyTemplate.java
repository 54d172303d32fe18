package io.firn.engine.redis;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a row's Redis key is made of its key columns, such as {@code product:{product_id}}. With {@code {gen}} before the
 * key columns, every rebuild has its own keys.
 */
final class KeyTemplate {
    static final String GENERATION = "gen";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private final String setting;
    private final String template;
    private final List<Part> parts;

    private KeyTemplate(String setting, String template, List<Part> parts) {
        this.setting = setting;
        this.template = template;
        this.parts = parts;
    }

    /**
     * A text and what follows it.
     *
     * @param before the text before it
     * @param column the key column in braces, {@link #GENERATION}, or null at the end
     */
    record Part(String before, @Nullable String column) {}

    /**
     * Reads the template of a table.
     *
     * @throws FirnException when two rows could get the same key
     */
    static KeyTemplate parse(String table, String template) {
        List<Part> parts = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(template);
        int end = 0;
        while (placeholder.find()) {
            parts.add(new Part(template.substring(end, placeholder.start()), placeholder.group(1)));
            end = placeholder.end();
        }
        parts.add(new Part(template.substring(end), null));
        KeyTemplate parsed = new KeyTemplate("serving.redis.tables.%s.key".formatted(table), template, parts);
        parsed.check();
        return parsed;
    }

    private void check() {
        for (int i = 1; i < parts.size() - 1; i++) {
            if (parts.get(i).before().isEmpty()) {
                throw invalid("must have a text between one column and the next");
            }
        }
        List<@Nullable String> columns = parts.stream().map(Part::column).toList();
        if (columns.lastIndexOf(GENERATION) > 0) {
            throw invalid("must have {gen} once and before the key columns");
        }
        if (prefix().isEmpty()) {
            throw invalid("must begin with a text that no other key begins with");
        }
    }

    /** @throws FirnException when the template has other columns than these */
    void requireColumns(Set<String> key) {
        if (!new TreeSet<>(columns()).equals(new TreeSet<>(key))) {
            throw invalid("must have every key column in braces and no other ({%s})"
                    .formatted(String.join("}, {", new TreeSet<>(key))));
        }
    }

    /**
     * @throws FirnException when keys of both could begin alike, so that one table's rows could be taken for another's
     */
    void requireApartFrom(KeyTemplate other) {
        if (prefix().startsWith(other.prefix()) || other.prefix().startsWith(prefix())) {
            throw invalid("must begin with a text that keys of %s do not begin with (%s)"
                    .formatted(other.setting, other.template));
        }
    }

    private FirnException invalid(String rule) {
        return new FirnException(ErrorCode.CONFIG_INVALID, "%s %s but was %s".formatted(setting, rule, template));
    }

    /** Returns the text that all keys begin with. */
    String prefix() {
        return parts.get(0).before();
    }

    /** Returns whether both make keys of the same form, so that their tables have fields in the same rows. */
    boolean sharesKeysWith(KeyTemplate other) {
        return texts().equals(other.texts()) && hasGenerations() == other.hasGenerations();
    }

    private List<String> texts() {
        return parts.stream().map(Part::before).toList();
    }

    /** Returns the key columns in the order of the template. */
    List<String> columns() {
        List<String> columns = new ArrayList<>();
        for (Part part : parts) {
            if (part.column() != null && !part.column().equals(GENERATION)) {
                columns.add(part.column());
            }
        }
        return columns;
    }

    List<Part> parts() {
        return parts;
    }

    /** Returns whether every rebuild has its own keys. */
    boolean hasGenerations() {
        return GENERATION.equals(parts.get(0).column());
    }

    /** Returns the pattern that SCAN finds the rows of a generation by, and perhaps other keys too. */
    String glob(Generation generation) {
        StringBuilder glob = new StringBuilder();
        for (Part part : parts) {
            glob.append(escaped(part.before()));
            if (part.column() != null) {
                glob.append(part.column().equals(GENERATION) ? generation.text() : "*");
            }
        }
        return glob.toString();
    }

    /** Returns a pattern that matches the text and nothing else. */
    static String escaped(String text) {
        return text.replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
    }

    /** Returns the pattern that SCAN finds the rows of all generations by. */
    String globOfAllGenerations() {
        return glob(Generation.ANY);
    }

    /** Returns the generation a key belongs to; {@link Generation#NONE} when it is not a key of a generation. */
    Generation generationOf(byte[] key) {
        int start = prefix().getBytes(StandardCharsets.UTF_8).length;
        int end = start;
        while (end < key.length && key[end] >= '0' && key[end] <= '9') {
            end++;
        }
        boolean isNumber = hasGenerations() && end > start && end - start < 18;
        return isNumber
                ? Generation.of(Long.parseLong(new String(key, start, end - start, StandardCharsets.US_ASCII)))
                : Generation.NONE;
    }

    @Override
    public String toString() {
        return template;
    }
}
