package io.firn.dq.report;

import java.util.List;
import java.util.stream.Collectors;

/** Pieces of a page; every text passes through {@link #text}. */
final class Html {
    private Html() {}

    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** @param content is HTML already */
    static String tag(String name, String classes, String content) {
        return "<%1$s class=\"%2$s\">%3$s</%1$s>".formatted(name, classes, content);
    }

    static String row(String cell, List<String> contents) {
        return contents.stream()
                .map(content -> "<%1$s>%2$s</%1$s>".formatted(cell, content))
                .collect(Collectors.joining("", "<tr>", "</tr>"));
    }
}
