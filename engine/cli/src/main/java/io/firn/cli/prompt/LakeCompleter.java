package io.firn.cli.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers tables, the columns of the tables that the input speaks of, words of SQL, and what commands take. */
final class LakeCompleter implements Completer {
    private static final List<String> WORDS = List.of(
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP BY",
            "GROUP BY ALL",
            "ORDER BY",
            "LIMIT",
            "JOIN",
            "LEFT JOIN",
            "USING",
            "HAVING",
            "DISTINCT",
            "UNION ALL",
            "EXCEPT",
            "INTERSECT",
            "count(*)",
            "sum(",
            "avg(",
            "min(",
            "max(",
            "BETWEEN",
            "LIKE",
            "IS NULL",
            "IS NOT NULL",
            "DESC",
            "WITH",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "EXPLAIN",
            "DESCRIBE",
            "SUMMARIZE");

    private final PromptLake lake;

    LakeCompleter(PromptLake lake) {
        this.lake = lake;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        words(line).forEach(word -> candidates.add(new Candidate(word)));
    }

    /** Everything that may stand at the cursor. */
    List<String> words(ParsedLine line) {
        String before = line.line().substring(0, line.cursor());
        if (before.stripLeading().startsWith(".")) {
            return line.wordIndex() == 0 ? Dots.names() : arguments(Input.of(before));
        }
        String prefix = line.word().substring(0, line.wordCursor());
        int dot = prefix.lastIndexOf('.');
        return dot >= 0 ? columnsOf(prefix.substring(0, dot)) : sql(line.line(), prefix);
    }

    private List<String> arguments(Input input) {
        return switch (((Input.Dot) input).name()) {
            case "schema" -> lake.tables();
            case "asof" -> {
                List<String> days = new ArrayList<>(lake.days());
                days.add("now");
                yield days;
            }
            case "mode" -> Dots.modes();
            case "timing", "pager" -> List.of("on", "off");
            default -> List.of();
        };
    }

    private List<String> columnsOf(String table) {
        return lake.columns(table).stream()
                .map(column -> table + "." + column.name())
                .toList();
    }

    private List<String> sql(String text, String prefix) {
        List<String> words = new ArrayList<>(lake.tables());
        lake.tables().stream()
                .filter(table -> speaksOf(text, table))
                .flatMap(table -> lake.columns(table).stream())
                .map(PromptLake.Column::name)
                .distinct()
                .forEach(words::add);
        boolean small = !prefix.isEmpty() && prefix.equals(prefix.toLowerCase(Locale.ROOT));
        WORDS.forEach(word -> words.add(small ? word.toLowerCase(Locale.ROOT) : word));
        return words;
    }

    private static boolean speaksOf(String text, String table) {
        return Pattern.compile("(?<!\\w)" + Pattern.quote(table) + "(?!\\w)")
                .matcher(text)
                .find();
    }
}
