package io.firn.catalog.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code dq}: when tables are looked at, what is certified together, and who is told. */
final class DqKeys {
    private static final ValueType<String> URL =
            Types.matching("URL", Pattern.compile("https?://\\S+"), "must begin with http:// or https://");

    private static final Key<String> SCHEDULE = Key.optional(
            "schedule",
            Types.SCHEDULE,
            "*/15 * * * *",
            "When the service looks at what changed, in the zone of the snapshots.");
    private static final Key<String> FULL_SCHEDULE =
            Key.optional("full-schedule", Types.SCHEDULE, "30 3 * * *", "When the service looks at everything.");

    private static final Key<List<String>> MEMBERS =
            Key.required("tables", ValueType.listOf("tables", text -> text), "Its tables.");
    private static final Section GROUPS = new Section(
                    "groups",
                    Section.Form.NAMED,
                    "Tables whose tag `certified` moves together, when the critical expectations of all of them hold. A"
                            + " table in no group is one of its own.",
                    List.of(MEMBERS),
                    List.of())
            .shortFor(MEMBERS);

    private static final Key<Secret> WEBHOOK =
            Key.secret("webhook", "Address that takes Slack's JSON; write `${NAME}` to take it from the environment.");
    private static final Key<Severity> LEAST = Key.optional(
            "severity",
            Types.oneOf(Severity.class),
            "warn",
            "`critical` leaves out what is less; `warn` tells of everything.");
    private static final Section ALERT = new Section(
                    "alert",
                    Section.Form.OPTIONAL,
                    "Who is told, once, when an expectation begins to fail, and when it holds again.",
                    List.of(WEBHOOK, LEAST),
                    List.of())
            .shortFor(WEBHOOK);

    private static final Key<String> LINEAGE_URL =
            Key.required("url", URL, "The server, as in `http://marquez:5000`; events go to its `/api/v1/lineage`.");
    private static final Key<Secret> API_KEY =
            Key.optional("api-key", Types.SECRET, "What it asks for; write `${NAME}` to take it from the environment.");
    private static final Key<String> NAMESPACE =
            Key.optional("namespace", Types.TEXT, "firn", "The namespace of the jobs.");
    private static final Section LINEAGE = new Section(
                    "lineage",
                    Section.Form.OPTIONAL,
                    "Who is told of runs, in OpenLineage's words.",
                    List.of(LINEAGE_URL, API_KEY, NAMESPACE),
                    List.of())
            .shortFor(LINEAGE_URL);

    static final Section DQ = new Section(
            "dq",
            Section.Form.ALWAYS,
            "When expectations are looked at, what is certified together, and who is told.",
            List.of(SCHEDULE, FULL_SCHEDULE),
            List.of(GROUPS, ALERT, LINEAGE));

    private DqKeys() {}

    static void check(Values root, Problems problems) {
        Map<String, Values> tables = root.named(TableKeys.TABLES);
        ExpectKeys.check(tables, problems);
        Map<String, String> groups = new HashMap<>();
        root.part(DQ)
                .named(GROUPS)
                .forEach((name, group) -> group.find(MEMBERS)
                        .ifPresent(members -> members.forEach(member -> {
                            if (!tables.containsKey(member)) {
                                problems.add(
                                        group.line(MEMBERS),
                                        group.path() + " must have tables that are configured but has " + member
                                                + Suggestion.phrase(member, tables.keySet()));
                            }
                            String other = groups.putIfAbsent(member, name);
                            if (other != null) {
                                problems.add(
                                        group.line(MEMBERS),
                                        group.path() + " must have tables of no other group but " + member + " is in "
                                                + other);
                            }
                        })));
        root.part(DQ)
                .findPart(ALERT)
                .ifPresent(alert -> alert.find(LEAST)
                        .filter(least -> least == Severity.OFF)
                        .ifPresent(off -> problems.add(
                                alert.line(LEAST), alert.path("severity") + " must be critical or warn but was off")));
    }

    static DqConfig build(Values root) {
        Values dq = root.part(DQ);
        Map<String, List<String>> groups = new LinkedHashMap<>();
        dq.named(GROUPS).forEach((name, group) -> groups.put(name, List.copyOf(group.of(MEMBERS))));
        Map<String, Values> tables = root.named(TableKeys.TABLES);
        Map<String, List<Expectation>> expectations = new LinkedHashMap<>();
        tables.forEach((name, table) -> expectations.put(name, ExpectKeys.build(table, tables)));
        return new DqConfig(
                dq.of(SCHEDULE),
                dq.of(FULL_SCHEDULE),
                groups,
                expectations,
                dq.findPart(ALERT)
                        .map(alert -> new DqConfig.AlertConfig(alert.of(WEBHOOK), alert.of(LEAST)))
                        .orElse(null),
                dq.findPart(LINEAGE).map(DqKeys::lineage).orElse(null));
    }

    private static DqConfig.LineageConfig lineage(Values lineage) {
        return new DqConfig.LineageConfig(
                lineage.of(LINEAGE_URL), lineage.find(API_KEY).orElse(null), lineage.of(NAMESPACE));
    }
}
