package io.firn.cli.quality;

import io.firn.catalog.Lake;
import io.firn.catalog.config.ColumnPolicy;
import io.firn.catalog.config.DqConfig.LineageConfig;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.PostgresConfig;
import io.firn.dq.expect.CheckedTable;
import io.firn.dq.openlineage.LineageEvents;
import io.firn.dq.openlineage.LineageTable;
import io.firn.dq.result.Result;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A look at tables in OpenLineage's words, where somebody is configured to hear them. */
final class Lineage {
    /** Kinds whose label is a column. */
    private static final Set<String> OF_COLUMNS = Set.of("nulls", "accepted", "drift");

    private Lineage() {}

    static void tell(FirnConfig config, Lake lake, List<CheckedTable> tables, List<Result> results, Instant ended) {
        LineageConfig lineage = config.dq().lineage();
        if (lineage == null || results.isEmpty()) {
            return;
        }
        URI source = source(config);
        List<LineageTable> looked = tables.stream()
                .filter(table ->
                        results.stream().anyMatch(result -> result.table().equals(table.name())))
                .map(table -> table(config, lake, table, results))
                .toList();
        boolean failed = results.stream().anyMatch(Result::isCriticalFailure);
        try (LineageEvents events = new LineageEvents(
                lineage,
                source.getScheme() + "://" + source.getAuthority(),
                source.getPath().replaceAll("^/", ""))) {
            events.looked(
                    results.get(0).runId(),
                    looked,
                    results.get(0).checkedAt(),
                    ended,
                    failed ? LineageEvents.End.FAILED : LineageEvents.End.COMPLETE);
        }
    }

    /** As OpenLineage names databases; without one that is known, the prefix of topics stands for it. */
    private static URI source(FirnConfig config) {
        PostgresConfig postgres = config.source().postgres();
        return postgres == null
                ? URI.create("kafka://source/" + config.source().topicPrefix())
                : URI.create(postgres.url().replaceFirst("^jdbc:postgresql:", "postgres:"));
    }

    private static LineageTable table(FirnConfig config, Lake lake, CheckedTable table, List<Result> results) {
        Map<String, ColumnPolicy> policies = config.table(table.name()).gate().columns();
        return new LineageTable(
                lake.namespace() + "." + table.name(),
                table.table().location(),
                table.snapshotId(),
                table.source(),
                table.table().schema().columns().stream()
                        .map(field -> new LineageTable.Column(
                                field.name(), field.type().toString(), words(policies.get(field.name()))))
                        .toList(),
                results.stream()
                        .filter(result -> result.table().equals(table.name()))
                        .map(Lineage::assertion)
                        .toList());
    }

    private static @Nullable String words(@Nullable ColumnPolicy policy) {
        return policy == null ? null : policy.name().toLowerCase(Locale.ROOT);
    }

    private static LineageTable.Assertion assertion(Result result) {
        String column = OF_COLUMNS.contains(result.kind())
                ? result.expectation().substring(result.kind().length() + 1)
                : null;
        return new LineageTable.Assertion(
                result.expectation(), !result.verdict().isBad(), column);
    }
}
