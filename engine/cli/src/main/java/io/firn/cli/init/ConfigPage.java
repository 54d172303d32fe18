package io.firn.cli.init;

import io.firn.catalog.PostgresTypes;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.config.SourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;

/** Writes firn.yaml, with the reasons for what it proposes. */
final class ConfigPage {
    /** From here on a table is worth being spread over buckets. */
    private static final long ROWS_WORTH_BUCKETS = 50_000_000;

    private static final long ROWS_IN_A_BUCKET = 15_000_000;
    private static final int MOST_BUCKETS = 64;

    private final ProjectSettings settings;

    ConfigPage(ProjectSettings settings) {
        this.settings = settings;
    }

    String text(List<TableFacts> tables) {
        StringBuilder page = new StringBuilder(head());
        tables.forEach(table -> page.append(table(table)));
        page.append("""

                # Changes are committed after this time, or after so many rows or bytes.
                commit: { interval: 1m, rows: 1000000, bytes: 256MB }

                # A day ends at midnight in this zone; its rows can be queried for so long.
                snapshots: { zone: UTC, close: time, retain: 24 months }
                """);
        return page.toString();
    }

    private String head() {
        String type = settings.type() == SourceType.KAFKA
                ? "  type: kafka\n  bootstrap-servers: \"${FIRN_KAFKA:-localhost:9092}\"\n"
                : "  # Debezium runs in this process; no Kafka is needed.\n  type: postgres\n";
        return """
                # Made by firn init from %1$s. Try it with: firn check
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
                  namespace: %2$s

                source:
                %3$s  # Names the topics (%4$s.<schema>.<table>), the replication slot and the publication (%5$s).
                  topic-prefix: %4$s
                  postgres:
                    url: "%1$s"
                    user: %6$s
                    password: "${FIRN_PG_PASSWORD}"

                tables:
                """.formatted(
                settings.url(), settings.namespace(), type, settings.topicPrefix(), settings.slot(), settings.user());
    }

    private static String table(TableFacts table) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + size(table));
        decisions(table).forEach(decision -> lines.add("# " + decision));
        boolean usable = !table.key().isEmpty();
        if (!usable) {
            lines.add("# Not loaded: it has no primary key. Add one, or let the source log whole rows with");
            lines.add("#   ALTER TABLE %s REPLICA IDENTITY FULL"
                    .formatted(OwnerSql.quoted(table.source().name())));
            lines.add("# and name all columns that identify a row, none of which may be null:");
        } else if (table.source().key().isEmpty()) {
            lines.add(
                    "# It has no primary key; this is the key of a unique index. Firn needs REPLICA IDENTITY FULL for it.");
        }
        List<String> settings = settings(table);
        String mark = usable ? "" : "# ";
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append("  ").append(line).append('\n'));
        settings.forEach(line -> text.append("  ").append(mark).append(line).append('\n'));
        return text.toString();
    }

    private static List<String> settings(TableFacts table) {
        List<String> lines = new ArrayList<>();
        List<String> key = table.key().isEmpty()
                ? table.source().columns().stream().map(SourceColumn::name).toList()
                : table.key();
        lines.add(table.name() + ":");
        lines.add("  source: " + text(table.source().name()));
        lines.add("  key: " + list(key));
        partitioning(table, key).ifPresent(lines::add);
        lines.add("  sort-by: " + list(key));
        return lines;
    }

    private static Optional<String> partitioning(TableFacts table, List<String> key) {
        if (table.rows() < ROWS_WORTH_BUCKETS) {
            return Optional.empty();
        }
        if (table.written().isPresent()) {
            return Optional.of(
                    "  partition-by: [\"month(%s)\"]".formatted(table.written().get()));
        }
        long wanted = table.rows() / ROWS_IN_A_BUCKET;
        long buckets = Math.min(MOST_BUCKETS, Math.max(2, Long.highestOneBit(wanted)));
        return Optional.of("  partition-by: [\"bucket(%d, %s)\"]".formatted(buckets, key.get(0)));
    }

    private static String size(TableFacts table) {
        String rows = table.rows() < 0 ? "rows not counted (ANALYZE)" : "about %,d rows".formatted(table.rows());
        String order = table.written()
                .map(column -> ", written in the order of " + column)
                .orElse("");
        return String.format(Locale.ROOT, "%s, %.1f MB in PostgreSQL%s", rows, table.bytes() / 1048576.0, order);
    }

    /** The columns whose type in the lake is not the one that its name suggests. */
    private static List<String> decisions(TableFacts table) {
        return table.source().columns().stream()
                .flatMap(column -> decision(column).stream())
                .toList();
    }

    private static Optional<String> decision(SourceColumn column) {
        String type = column.type();
        Type lake = PostgresTypes.icebergType(type, () -> 1);
        boolean isText = type.startsWith("character") || type.startsWith("text") || type.equals("name");
        if (lake.typeId() != Type.TypeID.STRING || isText) {
            return Optional.empty();
        }
        if (type.startsWith("time") && type.endsWith("with time zone")) {
            return Optional.of(
                    "Column %s: %s comes without its zone when it changes, so that such changes go to quarantine"
                            .formatted(column.name(), type));
        }
        String why = type.startsWith("numeric")
                ? "%s has no bound on its digits and becomes text; numeric(p,s) with p up to 38 would stay a number"
                : "%s becomes text, as PostgreSQL prints it";
        return Optional.of("Column %s: %s".formatted(column.name(), why.formatted(type)));
    }

    private static String list(List<String> columns) {
        return columns.stream().map(ConfigPage::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** As YAML reads it back. */
    static String text(String value) {
        return value.matches("[A-Za-z_][A-Za-z0-9_.]*") && !value.matches("(?i)y|n|yes|no|on|off|true|false|null")
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
