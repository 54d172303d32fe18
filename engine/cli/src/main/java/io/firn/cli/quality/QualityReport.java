package io.firn.cli.quality;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ColumnPolicy;
import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.FirnConfig;
import io.firn.dq.report.ReportPage;
import io.firn.dq.report.TableFacts;
import io.firn.dq.result.Certification;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.snapshot.Certified;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** Gathers what the page about a lake says. */
final class QualityReport {
    private final FirnConfig config;
    private final Lake lake;
    private final List<Result> results;

    /** @param results oldest first */
    QualityReport(FirnConfig config, Lake lake, List<Result> results) {
        this.config = config;
        this.lake = lake;
        this.results = results;
    }

    String html() {
        List<TableFacts> tables = new ArrayList<>();
        Certification.groups(config.dq().groups(), config.tables().keySet())
                .forEach((group, members) -> members.forEach(name -> tables.add(facts(name, group, members))));
        return new ReportPage(
                        config.lake().namespace(),
                        tables,
                        results,
                        config.snapshots().zone())
                .html();
    }

    private TableFacts facts(String name, String group, List<String> members) {
        Table table = lake.find(name).orElse(null);
        List<Result> atHead = results.stream()
                .filter(result -> result.moment() == Moment.HEAD)
                .toList();
        return new TableFacts(
                name,
                config.table(name).source(),
                group,
                table == null ? null : certifiedAt(table),
                Certification.obstacles(members, config.dq()::of, atHead),
                columns(name, table),
                references(name));
    }

    /** The source's time of the certified state, or when that was written where the source tells none. */
    private static @Nullable Instant certifiedAt(Table table) {
        Snapshot snapshot = Certified.of(table).orElse(null);
        if (snapshot == null) {
            return null;
        }
        Cut cut = CutProperties.appliedAt(table, snapshot);
        return cut.number() > 0 ? cut.committedAt() : Instant.ofEpochMilli(snapshot.timestampMillis());
    }

    private List<TableFacts.Column> columns(String name, @Nullable Table table) {
        Map<String, ColumnPolicy> policies = config.table(name).gate().columns();
        List<TableFacts.Column> columns = new ArrayList<>();
        if (table != null) {
            table.schema()
                    .columns()
                    .forEach(field -> columns.add(new TableFacts.Column(
                            field.name(), field.name(), field.type().toString(), words(policies.get(field.name())))));
        }
        policies.forEach((column, policy) -> {
            if (policy == ColumnPolicy.DROP) {
                columns.add(new TableFacts.Column(column, null, "", words(policy)));
            }
        });
        return columns;
    }

    private static @Nullable String words(@Nullable ColumnPolicy policy) {
        return policy == null ? null : policy.name().toLowerCase(Locale.ROOT);
    }

    private List<String> references(String name) {
        return config.dq().of(name).stream()
                .flatMap(expectation -> expectation instanceof Expectation.References references
                        ? Stream.of(references.table())
                        : Stream.empty())
                .distinct()
                .toList();
    }
}
