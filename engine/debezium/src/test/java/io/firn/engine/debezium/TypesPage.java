package io.firn.engine.debezium;

import io.firn.engine.debezium.TypeCase.Mode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The page on types. */
final class TypesPage {
    private static final String HEAD = """
            # Types

            How a column of PostgreSQL appears in the lake. What Iceberg, or one of its readers, cannot hold as it is becomes a
            `string` with the text that PostgreSQL prints. A value that has no faithful form goes to quarantine with its reason, and
            nothing is changed silently. This page is written by a test that sends each of these values through PostgreSQL 14 and
            Debezium, from a snapshot and from the log, as JSON with and without schemas, as Avro and in process, and compares what
            arrives with PostgreSQL's own text.

            Where records come without their schemas (`schemas.enable=false`), `source.decimal-handling`, `source.time-precision` and
            `source.binary-handling` must say what the connector is set to. Schemas, whether in JSON or in a registry, also tell
            when a column was altered; without them the database is asked, and a change that records do not show stops the table.

            A connector that Firn runs itself (`source.type: postgres`) is set to what loses nothing. For one in Kafka Connect these
            settings do the same, and those in the last columns below lose something before Firn sees it:

            ```
            decimal.handling.mode=string
            time.precision.mode=microseconds
            interval.handling.mode=string
            include.unknown.datatypes=true
            ```

            A date before Christ comes out of a connector's snapshot as one after; from the log it goes to quarantine. `firn seed`
            reads it right.

            Columns of type `interval[]`, `point[]` and `money[]` are never sent by Debezium, and those of `bit[]` only as null: a
            record of a table that has one goes to quarantine, unless the column is left out: `tables.<name>.columns.<column>: { policy: drop }`
            does that for a column of any type.

            A `NaN` or an infinity in a `numeric` column comes as null where `decimal.handling.mode` is `precise`, and nobody can tell it from
            a null of the source: `firn verify` finds such rows. With `string` it is kept, or set aside where the column is a decimal.

            A column that is added with a default has it in older rows, too, as in PostgreSQL. Iceberg's format 2 knows no such thing: a table
            of that format stops with the reason, and is loaded anew.

            | PostgreSQL | Iceberg | to quarantine | replaced by the connector |
            |---|---|---|---|
            """;

    private TypesPage() {}

    static String of(List<TypeCase> cases, List<String> types, Function<String, String> icebergType) {
        StringBuilder page = new StringBuilder(HEAD);
        for (String type : types) {
            List<TypeCase> own =
                    cases.stream().filter(each -> each.type().equals(type)).toList();
            page.append("| `%s` | `%s` | %s | %s |\n"
                    .formatted(
                            type,
                            icebergType.apply(type),
                            notes(own, TypeCase::refused, own.size()),
                            notes(own, TypesPage::arriving, Integer.MAX_VALUE)));
        }
        return page.toString();
    }

    private static Map<Mode, String> arriving(TypeCase each) {
        Map<Mode, String> notes = new LinkedHashMap<>();
        each.lost().forEach((mode, value) -> notes.put(mode, "arrives as " + value));
        return notes;
    }

    private static String notes(List<TypeCase> cases, Function<TypeCase, Map<Mode, String>> notes, int all) {
        Map<String, List<String>> byNote = new LinkedHashMap<>();
        for (TypeCase each : cases) {
            Map<String, List<Mode>> modes = new LinkedHashMap<>();
            notes.apply(each)
                    .forEach((mode, note) ->
                            modes.computeIfAbsent(note, n -> new ArrayList<>()).add(mode));
            modes.forEach((note, in) -> byNote.computeIfAbsent(
                            "%s (%s)".formatted(note, setting(note, in)), n -> new ArrayList<>())
                    .add("`" + each.literal().replace("|", "\\|") + "`"));
        }
        return byNote.entrySet().stream()
                .map(entry -> (entry.getValue().size() == all ? "every value" : String.join(", ", entry.getValue()))
                        + ": " + entry.getKey())
                .collect(Collectors.joining("; "));
    }

    private static String setting(String note, List<Mode> modes) {
        if (modes.size() == Mode.values().length) {
            return "always";
        }
        if (modes.size() == Mode.values().length - 1 && !modes.contains(Mode.CONNECT)) {
            return "in every other mode";
        }
        return modes.stream()
                .map(mode -> switch (mode) {
                    case DEFAULT -> note.contains("interval") ? "interval numeric" : "decimal precise";
                    case STRING, IN_PROCESS -> "decimal string";
                    case DOUBLE -> note.contains("00:00") ? "time isostring" : "decimal double";
                    case CONNECT ->
                        note.contains("micro") || note.contains("years") ? "time connect" : "decimal string";
                })
                .map(text -> text.toLowerCase(Locale.ROOT))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
