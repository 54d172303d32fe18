package io.firn.workbench;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting for DuckDB and PostgreSQL; every name and text that becomes part of a statement passes here. */
public final class Sql {
    private Sql() {}

    /** Returns {@code name} as a quoted identifier. */
    public static String identifier(String name) {
        return '"' + withoutNul(name).replace("\"", "\"\"") + '"';
    }

    /** Returns the names as quoted identifiers, separated by commas. */
    public static String identifiers(Collection<String> names) {
        return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
    }

    /** Returns {@code text} as a string literal, in which a backslash is a backslash. */
    public static String literal(String text) {
        return "'" + withoutNul(text).replace("'", "''") + "'";
    }

    /** Returns the texts as string literals, separated by commas. */
    public static String literals(Collection<String> texts) {
        return texts.stream().map(Sql::literal).collect(Collectors.joining(", "));
    }

    /** Returns the column of a relation that has an alias. */
    public static String column(String alias, String name) {
        return identifier(alias) + "." + identifier(name);
    }

    /** Returns a path as a glob pattern that matches only itself; DuckDB takes every path it reads for a pattern. */
    static String glob(String path) {
        return path.replaceAll("[\\[*?]", "[$0]");
    }

    private static String withoutNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name or text in SQL must not contain the character NUL");
        }
        return text;
    }
}
