package io.firn.catalog.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code tables}: what is in the lake. */
final class TableKeys {

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");

    static final Key<String> SOURCE = Key.required(
            "source",
            Types.matching("schema.table", Pattern.compile("[^.\\s]+\\.[^.\\s]+"), "must be schema.table"),
            "The table in the source, as in `public.product`.");
    static final Key<List<String>> KEY = Key.required(
            "key", Types.COLUMNS, "The columns that identify a row; they become the table's identifier fields.");
    static final Key<List<PartitionTerm>> PARTITION_BY = Key.optional(
            "partition-by",
            Types.PARTITIONS,
            "How rows are spread over partitions: a column, or `bucket(n, column)`, `truncate(n, column)`,"
                    + " `year(column)`, `month(column)`, `day(column)`, `hour(column)`. Left out, there are no partitions.");
    static final Key<List<SortTerm>> SORT_BY = Key.optional(
            "sort-by",
            Types.SORT,
            "The order of rows inside files: columns, each with `desc` where the largest comes first. Two to four columns,"
                    + " each with `hilbert`, keep rows together that are near in all of them, for tables that are"
                    + " read by one as often as by another. Left out, it is the key.");
    static final Key<List<ReadTerm>> READS = Key.optional(
            "reads",
            Types.READS,
            "What readers ask for most, as in `category=chairs` or `updated_at=2026-11-01..2026-11-07`: `firn compact"
                    + " --dry-run` says how many bytes of files such readers open now, and how many afterwards.");
    static final Key<String> FORMAT_VERSION = Key.optional(
            "format-version",
            Types.matching("`3`, `2`", Pattern.compile("[23]"), "must be 3 or 2"),
            "3",
            "Iceberg's format: `3` marks deleted rows in deletion vectors; `2` in positional delete files, for readers"
                    + " that do not know `3`.");
    static final Key<Long> QUARANTINE = Key.optional(
            "quarantine-threshold",
            Types.COUNT_OR_NONE,
            "1000",
            "How many records of one commit may go to quarantine before the table stops.");
    static final Key<Map<String, String>> RENAME = Key.optional(
            "rename",
            Types.PROPERTIES,
            "Columns that were renamed in the source, old name to new: the lake's column takes the new name and keeps its"
                    + " history. Also where to keep a column whose type changed into one that it cannot hold.");
    static final Section TABLES = new Section(
            "tables",
            Section.Form.NAMED,
            "The tables of the lake, by name: lowercase letters, digits and underscores.",
            List.of(
                    SOURCE,
                    KEY,
                    PARTITION_BY,
                    SORT_BY,
                    READS,
                    FORMAT_VERSION,
                    QUARANTINE,
                    GateKeys.QUARANTINE_RATE,
                    RENAME),
            List.of(GateKeys.RULES, GateKeys.COLUMNS, ExpectKeys.EXPECT));

    private TableKeys() {}

    static void check(Values root, Problems problems) {
        Map<String, Values> tables = root.named(TABLES);
        if (tables.isEmpty()) {
            problems.add(root.line(), "tables must name at least one table");
        }
        Map<String, String> readers = new HashMap<>();
        tables.forEach((name, table) -> {
            checkName(name, table, problems);
            checkSource(name, table, readers, problems);
            checkKey(table, problems);
            checkHilbert(table, problems);
            GateKeys.check(table, problems);
            checkDistinct(
                    table,
                    SORT_BY,
                    table.find(SORT_BY).orElse(List.of()).stream()
                            .map(SortTerm::column)
                            .toList(),
                    problems);
        });
    }

    private static void checkName(String name, Values table, Problems problems) {
        if (!NAME.matcher(name).matches()) {
            problems.add(table.line(), table.path() + " must be named in lowercase letters, digits and underscores");
        } else if (name.startsWith("firn_") || name.endsWith("_changes")) {
            problems.add(
                    table.line(),
                    table.path() + " must not begin with firn_ or end with _changes: these names are Firn's own");
        }
    }

    private static void checkSource(String name, Values table, Map<String, String> readers, Problems problems) {
        table.find(SOURCE).ifPresent(source -> {
            String other = readers.putIfAbsent(source, name);
            if (other != null) {
                problems.add(
                        table.line(SOURCE),
                        table.path("source") + " must be read by one table but " + source + " is read by tables."
                                + other + " too");
            }
        });
    }

    private static void checkKey(Values table, Problems problems) {
        table.find(KEY).ifPresent(columns -> {
            if (columns.isEmpty()) {
                problems.add(table.line(KEY), table.path("key") + " must name at least one column but was []");
            }
            checkDistinct(table, KEY, columns, problems);
        });
    }

    private static void checkHilbert(Values table, Problems problems) {
        List<SortTerm> terms = table.find(SORT_BY).orElse(List.of());
        long hilbert = terms.stream()
                .filter(term -> term.direction() == SortTerm.Direction.HILBERT)
                .count();
        if (hilbert > 0 && (hilbert != terms.size() || hilbert < 2 || hilbert > 4)) {
            problems.add(
                    table.line(SORT_BY),
                    table.path("sort-by") + " must have hilbert with all of two to four columns but was " + terms);
        }
    }

    private static void checkDistinct(Values table, Key<?> key, List<String> columns, Problems problems) {
        Set<String> seen = new HashSet<>();
        columns.stream()
                .filter(column -> !seen.add(column))
                .distinct()
                .forEach(column -> problems.add(
                        table.line(key),
                        table.path(key.name()) + " must name each column once but has " + column + " twice"));
    }

    static Map<String, TableConfig> build(Values root) {
        Map<String, TableConfig> tables = new LinkedHashMap<>();
        root.named(TABLES).forEach((name, table) -> tables.put(name, table(root, table)));
        return tables;
    }

    private static TableConfig table(Values root, Values table) {
        List<String> key = table.of(KEY);
        return new TableConfig(
                table.of(SOURCE),
                key,
                table.find(PARTITION_BY).orElse(List.of()),
                table.find(SORT_BY)
                        .orElseGet(() -> key.stream()
                                .map(column -> new SortTerm(column, SortTerm.Direction.ASCENDING))
                                .toList()),
                table.find(READS).orElse(List.of()),
                Integer.parseInt(table.of(FORMAT_VERSION)),
                table.of(QUARANTINE),
                table.find(RENAME).orElse(Map.of()),
                GateKeys.build(root, table));
    }
}
