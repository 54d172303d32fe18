package io.firn.dq.expect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.config.Expectation.Unique;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for two rows that agree in some columns.
 *
 * <p>Since it was last found that there are none, only changed rows can have become such. They are looked up where the
 * files' bounds leave little to read. Where they leave much, the key's rows are counted instead: the table must have
 * grown by exactly as many rows as the change log says. That is read from metadata, so that the cost grows with the
 * changes alone; when the numbers differ, everything is looked at.
 */
final class UniqueCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Probe probe;
    private final CheckedTable table;
    private final Unique unique;
    private final Budget budget;

    UniqueCheck(Probe probe, CheckedTable table, Unique unique, Budget budget) {
        this.probe = probe;
        this.table = table;
        this.unique = unique;
        this.budget = budget;
    }

    /**
     * How much may be read to look keys up.
     *
     * @param rows anyhow
     * @param rowsForAChange and so many more for each changed key
     */
    record Budget(long rows, long rowsForAChange) {
        static final Budget USUAL = new Budget(500_000, 20);

        private boolean allows(long read, long changes) {
            return read <= rows + rowsForAChange * changes;
        }
    }

    /** @param rows how many the table had */
    private record State(long rows) {}

    Finding measure() {
        return changed().orElseGet(this::everything);
    }

    private Finding everything() {
        Scan scan = table.scan().select(unique.columns());
        try (TableView view = probe.view("firn:unique", scan)) {
            return finding(doubled(Sql.identifier(view.name())), Scope.FULL);
        }
    }

    private String doubled(String relation) {
        String columns = Sql.identifiers(unique.columns());
        String present = unique.columns().stream()
                .map(column -> Sql.identifier(column) + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT %s, count(*) AS rows FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1"
                .formatted(columns, relation, present, columns);
    }

    private Finding finding(String doubled, Scope scope) {
        probe.execute("CREATE OR REPLACE TEMP TABLE \"firn:doubled\" AS " + doubled);
        Decision decision = Verdicts.unique(probe.count("SELECT count(*) FROM \"firn:doubled\""));
        List<Map<String, String>> sample = decision.failing() == 0
                ? List.of()
                : probe.sample("SELECT * FROM \"firn:doubled\" ORDER BY ALL", table.sensitive());
        probe.execute("DROP TABLE \"firn:doubled\"");
        return new Finding(decision, sample, scope, state());
    }

    private String state() {
        try {
            return JSON.writeValueAsString(new State(table.rows()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable State state(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, State.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Empty when everything has to be looked at. */
    private Optional<Finding> changed() {
        Optional<Result> base = probe.history().held(table.name(), unique.name());
        State before = base.map(Result::state).map(UniqueCheck::state).orElse(null);
        if (probe.run().scope() == Scope.FULL || before == null || table.log() == null) {
            return Optional.empty();
        }
        try (ChangedKeys changes = ChangedKeys.after(probe, table, base.get().cut(), unique.columns())) {
            boolean isKey = unique.columns().equals(table.key());
            boolean balanced = balances(changes, before);
            if (isKey && !balanced) {
                return Optional.empty();
            }
            return changes.truncates() > 0 ? Optional.empty() : lookedUp(changes, isKey);
        }
    }

    private boolean balances(ChangedKeys changes, State before) {
        OptionalLong growth = changes.growth();
        return growth.isPresent() && before.rows() + growth.getAsLong() == table.rows();
    }

    private Optional<Finding> lookedUp(ChangedKeys changes, boolean isKey) {
        String first = unique.columns().get(0);
        String alive = "(SELECT * FROM %s WHERE %s)".formatted(changes.name(), changes.alive());
        Scan all = table.scan().select(unique.columns());
        Scan scan = Lookup.in(probe, all, first, alive, first);
        long rows = Workbench.plan(scan).stream()
                .mapToLong(file -> file.file().recordCount())
                .sum();
        if (isKey && !budget.allows(rows, changes.size())) {
            return Optional.of(new Finding(balanced(changes), List.of(), Scope.INCREMENTAL, state()));
        }
        try (TableView view = probe.view("firn:unique", scan)) {
            String columns = Sql.identifiers(unique.columns());
            String some = "(SELECT %1$s FROM %2$s SEMI JOIN %3$s USING (%1$s))"
                    .formatted(columns, Sql.identifier(view.name()), alive);
            return Optional.of(finding(doubled(some), Scope.INCREMENTAL));
        }
    }

    private static Decision balanced(ChangedKeys changes) {
        Decision none = Verdicts.unique(0);
        return new Decision(
                none.verdict(),
                none.measured(),
                none.threshold(),
                "%,d keys changed, and the table has grown by as many rows as they say".formatted(changes.size()),
                0);
    }
}
