package io.firn.catalog.snowflake;

import java.util.List;
import java.util.Locale;

/** The lake's tables as sources of dbt: {@code sources.yml} with freshness, and the keys as tests. */
public final class DbtSources {

    private final SnowflakeSite site;

    public DbtSources(SnowflakeSite site) {
        this.site = site;
    }

    /** The file. */
    public String yaml(List<LakeTable> tables) {
        StringBuilder yaml = new StringBuilder(
                """
                version: 2

                sources:
                  - name: %s
                    database: %s
                    schema: %s
                    tables:
                """.formatted(quoted(site.namespace()), quoted(site.database()), quoted(site.schema())));
        tables.forEach(table -> yaml.append(table.isChangeLog() ? changeLog(table) : current(table)));
        return yaml.toString();
    }

    private static String head(LakeTable table, String description) {
        return """
                      - name: %s
                        identifier: %s
                        description: %s
                """.formatted(quoted(table.name()), quoted(table.name().toUpperCase(Locale.ROOT)), quoted(description));
    }

    /** Every commit brings rows here, so that its newest row says how far the lake is. */
    private static String changeLog(LakeTable table) {
        return head(table, "Every change, append-only.") + """
                        loaded_at_field: "_INGESTED_AT"
                        freshness:
                          warn_after: { count: 15, period: minute }
                          error_after: { count: 60, period: minute }
                """.indent(0);
    }

    private static String current(LakeTable table) {
        StringBuilder text = new StringBuilder(head(table, "Rows as they are now, one for each key."));
        List<String> key = table.key();
        if (key.size() > 1) {
            text.append("        data_tests:\n          - dbt_utils.unique_combination_of_columns:\n")
                    .append("              combination_of_columns: ")
                    .append(key.stream().map(DbtSources::quoted).toList())
                    .append('\n');
        }
        if (!key.isEmpty()) {
            text.append("        columns:\n");
        }
        String tests = key.size() == 1 ? "[not_null, unique]" : "[not_null]";
        for (String column : key) {
            text.append("          - name: %s\n            data_tests: %s\n".formatted(quoted(column), tests));
        }
        return text.toString();
    }

    /** A text in YAML, which is one in JSON. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
