package io.firn.catalog.config;

import java.util.ArrayList;
import java.util.List;

/** The page {@code docs/configuration.md}, made from the description of the keys. */
final class ConfigReference {

    static final String EXAMPLE = """
            lake:
              catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
              namespace: atlas
            source:
              type: kafka
              bootstrap-servers: localhost:9092
              topic-prefix: atlas
              format: json
              postgres: { url: "jdbc:postgresql://localhost/shop", user: firn, password: "${FIRN_PG_PASSWORD}" }
            tables:
              product:
                source: public.product
                key: [product_id]
                partition-by: ["bucket(8, product_id)"]
                sort-by: [product_id]
            commit: { interval: 1m, rows: 1000000, bytes: 256MB }
            compaction: { schedule: "*/15 * * * *", target-file-size: 256MB, memory: 4GB, budget: 200GB, quiet-hours: "08:00-20:00" }
            snapshots: { zone: Europe/Berlin, close: time, retain: 24 months }
            serving: { redis: { uri: "redis://localhost:6379", tables: { product: { key: "product:{product_id}" } } } }
            """;

    private static final String HEAD = """
            # Configuration

            Firn reads one YAML file: `./firn.yaml`, or the one named with `-c`. All problems in it are reported at once,
            each with its line; a key that does not exist is an error and comes with a suggestion. This page is made from
            the same description that reads the file.

            ```yaml
            %s```

            How values are written:

            - `${NAME}` takes the environment variable, `${NAME:-default}` has a default for when it is not set or empty,
              `$${` is a plain `${`.
            - Durations: `500ms`, `90s`, `1m`, `1h 30m`, `2d`. Sizes: `64KB`, `256MB`, `4GB`, `1TB`, in powers of 1024.
            - Relative paths begin at the folder of the configuration file.
            - Columns are named as in the source.
            """;

    private ConfigReference() {}

    static String page() {
        StringBuilder page = new StringBuilder(HEAD.formatted(EXAMPLE));
        for (Section section : FirnKeys.ROOT.parts()) {
            append(page, "", section);
        }
        return page.toString();
    }

    private static void append(StringBuilder page, String parent, Section section) {
        String path = parent + section.name() + (section.form() == Section.Form.NAMED ? ".<name>" : "");
        page.append("\n## ")
                .append(path)
                .append("\n\n")
                .append(section.meaning())
                .append(alone(section))
                .append('\n');
        if (!section.keys().isEmpty()) {
            page.append("\n| key | value | default | meaning |\n|---|---|---|---|\n");
            section.keys().forEach(key -> page.append(row(key)).append('\n'));
        }
        section.parts().forEach(part -> append(page, path + ".", part));
    }

    private static String alone(Section section) {
        Key<?> alone = section.alone();
        return alone == null ? "" : " A value in the place of the group is its `%s`.".formatted(alone.name());
    }

    private static String row(Key<?> key) {
        List<String> cells = new ArrayList<>();
        cells.add("`" + key.name() + "`");
        cells.add(key.type().name());
        cells.add(fallback(key));
        cells.add(key.meaning());
        return "| "
                + String.join(
                        " | ",
                        cells.stream().map(cell -> cell.replace("|", "\\|")).toList()) + " |";
    }

    private static String fallback(Key<?> key) {
        if (key.fallback() != null) {
            return "`" + key.fallback() + "`";
        }
        return key.required() ? "required" : "";
    }
}
