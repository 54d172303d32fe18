package io.firn.cli.prompt;

import io.firn.cli.terminal.OutputFormat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The prompt's own commands. */
final class Dots {
    private static final Map<String, String> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put(".tables", "lists the tables");
        COMMANDS.put(".schema [TABLE]", "lists a table's columns, or those of all tables");
        COMMANDS.put(".asof DAY|TAG|now", "looks at the end of a day, at what a tag names, or at the present");
        COMMANDS.put(".mode table|csv|json", "how rows come out");
        COMMANDS.put(".output FILE", "writes the rows of the next statement to a file: .csv, .json or .parquet");
        COMMANDS.put(".timing on|off", "shows how long each statement took");
        COMMANDS.put(".pager on|off", "stops when the screen is full");
        COMMANDS.put(".help", "shows this");
        COMMANDS.put(".quit", "ends this, as Ctrl-D does");
    }

    private Dots() {}

    static List<String> names() {
        return COMMANDS.keySet().stream()
                .map(usage -> usage.replaceFirst(" .*", ""))
                .toList();
    }

    static List<String> modes() {
        return Arrays.stream(OutputFormat.values())
                .map(format -> format.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    static String help() {
        StringBuilder help = new StringBuilder();
        COMMANDS.forEach((usage, meaning) -> help.append("%-24s %s%n".formatted(usage, meaning)));
        return help.append(
                        "Anything else is SQL of DuckDB, ended by a semicolon; Tab completes, Ctrl-R searches what was"
                                + " typed before.\n")
                .toString();
    }
}
