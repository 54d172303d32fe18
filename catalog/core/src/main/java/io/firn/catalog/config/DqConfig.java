package io.firn.catalog.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tables are expected to be, when that is looked at, and who is told.
 *
 * @param schedule five cron fields: when what changed is looked at
 * @param fullSchedule five cron fields: when everything is
 * @param groups tables that are certified together, by the group's name
 * @param expectations by table, in the order of the file
 * @param alert null when nobody is told
 * @param lineage null when nobody is told
 */
public record DqConfig(
        String schedule,
        String fullSchedule,
        Map<String, List<String>> groups,
        Map<String, List<Expectation>> expectations,
        @Nullable AlertConfig alert,
        @Nullable LineageConfig lineage) {
    public DqConfig {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        expectations = Collections.unmodifiableMap(new LinkedHashMap<>(expectations));
    }

    /**
     * Who is told when expectations begin to fail, and hold again.
     *
     * @param webhook takes Slack's JSON
     * @param least expectations of less severity are left out
     */
    public record AlertConfig(Secret webhook, Severity least) {}

    /**
     * Who is told of runs, in OpenLineage's words.
     *
     * @param url of the server, without the path of its API
     * @param apiKey null when it asks for none
     * @param namespace of the jobs
     */
    public record LineageConfig(String url, @Nullable Secret apiKey, String namespace) {}

    /** Returns what a table is expected to be; nothing for one that is not configured. */
    public List<Expectation> of(String table) {
        return expectations.getOrDefault(table, List.of());
    }
}
