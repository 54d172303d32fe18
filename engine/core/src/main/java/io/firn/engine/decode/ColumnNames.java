package io.firn.engine.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What records may call the lake's columns: by their name, by the one before a rename, or by an adjusted one. */
public final class ColumnNames {
    private final Map<String, String> columns = new HashMap<>();

    /**
     * @param names the lake's columns
     * @param renames what columns are called now, by what they were called before
     */
    public ColumnNames(List<String> names, Map<String, String> renames) {
        names.forEach(name -> columns.put(name, name));
        renames.forEach((before, now) -> {
            if (names.contains(now)) {
                columns.putIfAbsent(before, now);
            }
        });
        names.forEach(name -> {
            columns.putIfAbsent(adjusted(name), name);
            columns.putIfAbsent(adjustedByCode(name), name);
        });
    }

    /** @return the lake's column; the name itself when there is none */
    public String column(String name) {
        return columns.getOrDefault(name, name);
    }

    /** @return the lake's column by each name that records may use */
    Map<String, String> all() {
        return columns;
    }

    /** Debezium's {@code field.name.adjustment.mode} avro: what Avro does not allow becomes an underscore. */
    private static String adjusted(String name) {
        String letters = name.replaceAll("[^A-Za-z0-9_]", "_");
        return letters.isEmpty() || Character.isDigit(letters.charAt(0)) ? "_" + letters : letters;
    }

    /** The same in mode avro_unicode: what Avro does not allow, and the underscore, become their codes. */
    private static String adjustedByCode(String name) {
        StringBuilder adjusted = new StringBuilder();
        for (char c : name.toCharArray()) {
            boolean plain = c < 128 && Character.isLetterOrDigit(c) && !(adjusted.isEmpty() && Character.isDigit(c));
            adjusted.append(plain ? String.valueOf(c) : "_u%04x".formatted((int) c));
        }
        return adjusted.toString();
    }
}
