package io.firn.catalog.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** {@code tables.<name>.expect}: what a table is expected to be. */
final class ExpectKeys {
    private static final String SEVERITY =
            "What it means when it does not hold: `critical` holds the table's `certified`"
                    + " tag back, `warn` tells somebody, `off` does not look.";
    private static final Key<Severity> CRITICAL =
            Key.optional("severity", Types.oneOf(Severity.class), "critical", SEVERITY);
    private static final Key<Severity> WARN = Key.optional("severity", Types.oneOf(Severity.class), "warn", SEVERITY);

    private static final Key<List<String>> UNIQUE_COLUMNS =
            Key.optional("columns", Types.COLUMNS, "What no two rows agree in. Left out, it is the key.");
    private static final Section UNIQUE = new Section(
                    "unique",
                    Section.Form.NAMED,
                    "No two rows agree in these columns. `key` is always there.",
                    List.of(UNIQUE_COLUMNS, CRITICAL),
                    List.of())
            .shortFor(UNIQUE_COLUMNS);

    private static final Key<List<String>> CHILD_COLUMNS =
            Key.required("columns", Types.COLUMNS, "The columns that refer to the other table.");
    private static final Key<String> PARENT = Key.required("table", Types.TEXT, "The table they refer to.");
    private static final Key<List<String>> PARENT_COLUMNS =
            Key.optional("to", Types.COLUMNS, "Its columns. Left out, they are its key.");
    private static final Key<Duration> GRACE = Key.optional(
            "grace", Types.DURATION, "15m", "How long after a row's change what it refers to may be missing.");
    private static final Section REFERENCES = new Section(
            "references",
            Section.Form.NAMED,
            "Rows refer to rows of another table that are there.",
            List.of(CHILD_COLUMNS, PARENT, PARENT_COLUMNS, GRACE, CRITICAL),
            List.of());

    private static final Key<Duration> WITHIN =
            Key.optional("within", Types.DURATION, "15m", "Most time from the commit in the source to readable.");
    private static final Key<Expectation.Freshness.Idle> IDLE = Key.optional(
            "idle",
            Types.oneOf(Expectation.Freshness.Idle.class),
            "stale",
            "What it means when nothing has come from the source for longer, of any table: `fresh` where a source may"
                    + " have nothing to say.");
    private static final Section FRESHNESS = new Section(
                    "freshness",
                    Section.Form.ALWAYS,
                    "Changes are readable soon after their commit in the source.",
                    List.of(WITHIN, IDLE, WARN),
                    List.of())
            .shortFor(WITHIN);

    private static final Key<Map<String, String>> DECLARED = Key.optional(
            "columns",
            Types.PROPERTIES,
            "Types by column in Iceberg's words, as in `price: \"decimal(12, 2)\"`. Left out, what they were when last"
                    + " looked at.");
    private static final Section SCHEMA = new Section(
                    "schema",
                    Section.Form.ALWAYS,
                    "Columns are what they were, or what is declared.",
                    List.of(DECLARED, WARN),
                    List.of())
            .shortFor(WARN);

    private static final Section SOURCE = new Section(
                    "source",
                    Section.Form.OPTIONAL,
                    "The table holds what the source holds, row by row, as `firn verify` compares them; looked at when everything"
                            + " is, and needs `source.postgres`.",
                    List.of(CRITICAL),
                    List.of())
            .shortFor(CRITICAL);

    private static final Key<Double> NULL_RATE =
            Key.optional("at-most", Types.SHARE, "0", "Most of all rows that may have no value.");
    private static final Section NULLS = new Section(
                    "nulls",
                    Section.Form.NAMED,
                    "Few rows have no value in this column.",
                    List.of(NULL_RATE, WARN),
                    List.of())
            .shortFor(NULL_RATE);

    private static final Key<List<String>> ACCEPTED_VALUES =
            Key.required("values", ValueType.listOf("values", text -> text), "The values there may be, as text.");
    private static final Section ACCEPTED = new Section(
                    "accepted",
                    Section.Form.NAMED,
                    "The values of this column are among these. No value is none of them, and allowed.",
                    List.of(ACCEPTED_VALUES, CRITICAL),
                    List.of())
            .shortFor(ACCEPTED_VALUES);

    private static final Key<Double> VOLUME_WITHIN = Key.optional(
            "within",
            Types.SHARE,
            "50%",
            "Most distance of a day's changes from the median of the same weekday, as a share of it.");
    private static final Key<Long> WEEKS = Key.optional("weeks", Types.COUNT, "4", "How many weeks are looked back.");
    private static final Section VOLUME = new Section(
                    "volume",
                    Section.Form.OPTIONAL,
                    "A day brings as many changes as the same weekday in the weeks before; days are UTC's.",
                    List.of(VOLUME_WITHIN, WEEKS, WARN),
                    List.of())
            .shortFor(VOLUME_WITHIN);

    private static final Key<Double> INDEX = Key.optional(
            "at-most",
            Types.NUMBER,
            "0.2",
            "Most population stability index against the day looked at before: 0 is the same, over 0.25 is another"
                    + " distribution.");
    private static final Section DRIFT = new Section(
                    "drift",
                    Section.Form.NAMED,
                    "The numbers of this column are spread as they were.",
                    List.of(INDEX, WARN),
                    List.of())
            .shortFor(INDEX);

    private static final Key<String> QUERY = Key.required(
            "query", Types.TEXT, "A query of DuckDB over the lake's tables; every row it finds should not be.");
    private static final Key<Long> MOST_ROWS =
            Key.optional("at-most", Types.COUNT_OR_NONE, "0", "Most rows that it may find.");
    private static final Section SQL = new Section(
                    "sql", Section.Form.NAMED, "A query finds no rows.", List.of(QUERY, MOST_ROWS, CRITICAL), List.of())
            .shortFor(QUERY);

    private static final Key<String> LEFT =
            Key.required("left", Types.TEXT, "A query of DuckDB over the lake's tables with one number.");
    private static final Key<String> RIGHT = Key.required("right", Types.TEXT, "Another query with one number.");
    private static final Key<Expectation.Reconcile.Place> RIGHT_AT = Key.optional(
            "right-at",
            Types.oneOf(Expectation.Reconcile.Place.class),
            "lake",
            "Where `right` runs: over the tables of the `lake`, or at the `source` in PostgreSQL's words.");
    private static final Key<Tolerance> TOLERANCE = Key.optional(
            "tolerance",
            ValueType.of("number or percentage", Tolerance::parse),
            "0",
            "How far the numbers may be apart; a percentage is one of `right`.");
    private static final Section RECONCILE = new Section(
            "reconcile",
            Section.Form.NAMED,
            "Two queries agree on a number.",
            List.of(LEFT, RIGHT, RIGHT_AT, TOLERANCE, CRITICAL),
            List.of());

    private static final Key<String> DAY_COLUMN = Key.optional(
            "column",
            Types.TEXT,
            "The date or time that says to which day a row belongs, before a change and after it. Left out, a change"
                    + " belongs to the day on which the source committed it.");
    private static final Key<Long> GRACE_DAYS =
            Key.optional("grace-days", Types.COUNT_OR_NONE, "0", "How many days after its day a change may come.");
    private static final Section LATE = new Section(
            "late",
            Section.Form.OPTIONAL,
            "No change touches a day that is closed, and tagged; looked at since the last look.",
            List.of(DAY_COLUMN, GRACE_DAYS, WARN),
            List.of());

    static final Section EXPECT = new Section(
            "expect",
            Section.Form.ALWAYS,
            "What the table is expected to be; see [data-quality.md](data-quality.md).",
            List.of(),
            List.of(
                    UNIQUE,
                    REFERENCES,
                    FRESHNESS,
                    SCHEMA,
                    SOURCE,
                    NULLS,
                    ACCEPTED,
                    VOLUME,
                    LATE,
                    DRIFT,
                    SQL,
                    RECONCILE));

    private ExpectKeys() {}

    static void check(Map<String, Values> tables, Problems problems) {
        tables.values()
                .forEach(table -> table.part(EXPECT)
                        .named(REFERENCES)
                        .values()
                        .forEach(reference -> checkReference(reference, tables, problems)));
    }

    private static void checkReference(Values reference, Map<String, Values> tables, Problems problems) {
        String name = reference.find(PARENT).orElse("");
        Values parent = tables.get(name);
        if (parent == null) {
            if (!name.isEmpty()) {
                problems.add(
                        reference.line(PARENT),
                        reference.path("table") + " must be one of tables but was " + name
                                + Suggestion.phrase(name, tables.keySet()));
            }
            return;
        }
        int to = parentColumns(reference, parent).size();
        int columns = reference.find(CHILD_COLUMNS).map(List::size).orElse(to);
        if (columns != to) {
            problems.add(
                    reference.line(CHILD_COLUMNS),
                    reference.path("columns") + " must be as many as it refers to, " + to + ", but was " + columns);
        }
    }

    private static List<String> parentColumns(Values reference, Values parent) {
        return reference
                .find(PARENT_COLUMNS)
                .orElseGet(() -> parent.find(TableKeys.KEY).orElse(List.of()));
    }

    static List<Expectation> build(Values table, Map<String, Values> tables) {
        Values expect = table.part(EXPECT);
        List<String> key = table.of(TableKeys.KEY);
        List<Expectation> all = new ArrayList<>();
        if (!expect.named(UNIQUE).containsKey("key")) {
            all.add(new Expectation.Unique("key", key, Severity.CRITICAL));
        }
        named(
                expect,
                UNIQUE,
                all,
                (label, values) -> new Expectation.Unique(
                        label, values.find(UNIQUE_COLUMNS).orElse(key), values.of(CRITICAL)));
        named(expect, REFERENCES, all, (label, values) -> references(label, values, tables));
        one(
                expect,
                FRESHNESS,
                all,
                values -> new Expectation.Freshness(values.of(WITHIN), values.of(IDLE), values.of(WARN)));
        one(
                expect,
                SCHEMA,
                all,
                values -> new Expectation.Columns(values.find(DECLARED).orElse(Map.of()), values.of(WARN)));
        one(expect, SOURCE, all, values -> new Expectation.Source(values.of(CRITICAL)));
        named(
                expect,
                NULLS,
                all,
                (label, values) -> new Expectation.Nulls(label, values.of(NULL_RATE), values.of(WARN)));
        named(
                expect,
                ACCEPTED,
                all,
                (label, values) -> new Expectation.Accepted(label, values.of(ACCEPTED_VALUES), values.of(CRITICAL)));
        one(
                expect,
                VOLUME,
                all,
                values -> new Expectation.Volume(
                        values.of(VOLUME_WITHIN), Math.toIntExact(values.of(WEEKS)), values.of(WARN)));
        named(expect, DRIFT, all, (label, values) -> new Expectation.Drift(label, values.of(INDEX), values.of(WARN)));
        named(
                expect,
                SQL,
                all,
                (label, values) ->
                        new Expectation.Sql(label, values.of(QUERY), values.of(MOST_ROWS), values.of(CRITICAL)));
        named(
                expect,
                RECONCILE,
                all,
                (label, values) -> new Expectation.Reconcile(
                        label,
                        values.of(LEFT),
                        values.of(RIGHT),
                        values.of(RIGHT_AT),
                        values.of(TOLERANCE),
                        values.of(CRITICAL)));
        one(
                expect,
                LATE,
                all,
                values -> new Expectation.Late(
                        values.find(DAY_COLUMN).orElse(null), Math.toIntExact(values.of(GRACE_DAYS)), values.of(WARN)));
        table.named(GateKeys.RULES).forEach((label, rule) -> {
            if (rule.find(GateKeys.SEVERITY).filter(RuleSeverity.WARN::equals).isPresent()) {
                all.add(new Expectation.Rule(label, rule.of(GateKeys.THAT), Severity.WARN));
            }
        });
        all.removeIf(expectation -> expectation.severity() == Severity.OFF);
        return List.copyOf(all);
    }

    private static Expectation references(String label, Values values, Map<String, Values> tables) {
        String parent = values.of(PARENT);
        Values other = tables.get(parent);
        return new Expectation.References(
                label,
                values.of(CHILD_COLUMNS),
                parent,
                other == null ? List.of() : parentColumns(values, other),
                values.of(GRACE),
                values.of(CRITICAL));
    }

    private static void named(
            Values expect, Section section, List<Expectation> all, BiFunction<String, Values, Expectation> build) {
        expect.named(section).forEach((label, values) -> all.add(build.apply(label, values)));
    }

    private static void one(
            Values expect, Section section, List<Expectation> all, Function<Values, Expectation> build) {
        expect.findPart(section).ifPresent(values -> all.add(build.apply(values)));
    }
}
