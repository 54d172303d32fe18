package io.firn.dq.expect;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.Expectation.Reconcile;
import io.firn.catalog.config.Expectation.Sql;
import io.firn.workbench.Scan;
import io.firn.workbench.TableView;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** Runs queries that people wrote, over all tables at the run's snapshots. */
final class QueryChecks {
    private final Probe probe;

    QueryChecks(Probe probe) {
        this.probe = probe;
    }

    Finding sql(Sql sql) {
        return staged(sql.query(), () -> {
            String query = bare(sql.query());
            Decision decision = Verdicts.sql(probe.count("SELECT count(*) FROM (%s)".formatted(query)), sql.atMost());
            return Finding.of(decision, decision.failing() == 0 ? List.of() : probe.sample(query, sensitive()));
        });
    }

    Finding reconcile(Reconcile reconcile) {
        Double left = staged(reconcile.left(), () -> number(reconcile.left()));
        Double right = reconcile.rightAt() == Reconcile.Place.SOURCE
                ? atSource(reconcile.right())
                : staged(reconcile.right(), () -> number(reconcile.right()));
        return Finding.of(Verdicts.reconcile(left, right, reconcile.tolerance()));
    }

    private static String bare(String query) {
        return query.strip().replaceAll(";\\s*$", "");
    }

    private @Nullable Double number(String query) {
        List<@Nullable Double> numbers = probe.numbers(bare(query));
        return numbers.isEmpty() ? null : numbers.get(0);
    }

    private Set<String> sensitive() {
        Set<String> all = new HashSet<>();
        probe.tables().values().forEach(table -> all.addAll(table.sensitive()));
        return all;
    }

    private <T extends @Nullable Object> T staged(String query, Supplier<T> body) {
        List<TableView> views = new ArrayList<>();
        try {
            probe.tables().values().forEach(table -> stage(query, table, views));
            return body.get();
        } finally {
            views.forEach(TableView::close);
        }
    }

    private void stage(String query, CheckedTable table, List<TableView> views) {
        if (speaksOf(query, table.name())) {
            views.add(probe.view(table.name(), table.scan()));
        }
        String logName = TableDefinition.changeLogOf(table.name());
        Table log = table.log();
        if (log != null && speaksOf(query, logName)) {
            Snapshot head = log.currentSnapshot();
            views.add(probe.view(logName, Scan.of(log, head == null ? null : (Long) head.snapshotId())));
        }
    }

    private static boolean speaksOf(String query, String table) {
        return Pattern.compile("(?<![\\w$])" + Pattern.quote(table) + "(?![\\w$])", Pattern.CASE_INSENSITIVE)
                .matcher(query)
                .find();
    }

    private @Nullable Double atSource(String query) {
        SourceAccess source = probe.source();
        if (source == null) {
            throw new FirnException(
                    ErrorCode.CONFIG_INVALID, "source.postgres is missing: the right query runs at the source");
        }
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(bare(query))) {
            if (!row.next()) {
                return null;
            }
            double number = row.getDouble(1);
            return row.wasNull() ? null : (Double) number;
        } catch (SQLException e) {
            throw new FirnException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the query at the source failed: " + e.getMessage(), e);
        }
    }
}
