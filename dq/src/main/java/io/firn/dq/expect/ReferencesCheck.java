package io.firn.dq.expect;

import io.firn.catalog.ChangeLogColumns;
import io.firn.catalog.config.Expectation.References;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * Looks for rows that refer to rows that are not there.
 *
 * <p>Since it was last found that there are none, only two things can have made one: a row whose reference changed, and
 * a row referred to that went. Both are in the change logs; what they refer to is looked up by its key.
 */
final class ReferencesCheck {
    private static final String MISSING = Sql.identifier("firn:missing");

    private final Probe probe;
    private final CheckedTable child;
    private final CheckedTable parent;
    private final References references;
    private final ParentKeys keys;

    ReferencesCheck(Probe probe, CheckedTable child, References references) {
        this.probe = probe;
        this.child = child;
        this.parent = Objects.requireNonNull(probe.tables().get(references.table()), references.table());
        this.references = references;
        this.keys = new ParentKeys(probe, child, parent, references);
    }

    Finding measure() {
        String definition = Definition.of(references);
        Optional<Result> base = probe.run().scope() == Scope.FULL || child.log() == null || parent.log() == null
                ? Optional.empty()
                : probe.history().held(child.name(), references.name()).filter(held -> definition.equals(held.state()));
        Scope scope = base.isPresent() && findAfter(base.get().cut()) ? Scope.INCREMENTAL : Scope.FULL;
        if (scope == Scope.FULL) {
            findAll();
        }
        long missing = probe.count("SELECT count(*) FROM " + MISSING);
        long young = missing == 0 ? 0 : young();
        Decision decision = Verdicts.references(missing, young);
        List<Map<String, String>> sample =
                missing == 0 ? List.of() : probe.sample("FROM %s ORDER BY ALL".formatted(MISSING), child.sensitive());
        probe.execute("DROP TABLE " + MISSING);
        return new Finding(decision, sample, scope, definition);
    }

    private List<String> childColumns() {
        List<String> columns = new ArrayList<>(child.key());
        columns.addAll(references.columns());
        return new ArrayList<>(new LinkedHashSet<>(columns));
    }

    private void findAll() {
        try (TableView rows = probe.view("firn:child", child.scan().select(childColumns()));
                TableView referred = probe.view("firn:parent", parent.scan().select(references.to()))) {
            probe.execute(missing("SELECT * FROM " + Sql.identifier(rows.name()), Sql.identifier(referred.name())));
        }
    }

    /**
     * Rows of a query that have all their columns and refer to nothing.
     *
     * @param referred what they may refer to, as after FROM
     */
    private String missing(String rows, String referred) {
        return "CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM (%s) c ANTI JOIN %s p ON %s WHERE %s"
                .formatted(
                        MISSING,
                        Sql.identifiers(childColumns()),
                        rows,
                        referred,
                        keys.refers(),
                        references.columns().stream()
                                .map(column -> Sql.column("c", column) + " IS NOT NULL")
                                .collect(Collectors.joining(" AND ")));
    }

    /** False when the changes do not say enough. */
    private boolean findAfter(long cut) {
        try (ChangedKeys ofChild = ChangedKeys.after(probe, child, cut, references.columns());
                ChangedKeys ofParent = ChangedKeys.after(probe, parent, cut, references.to())) {
            boolean movable = !references.to().equals(parent.key());
            String wentOrMoved = movable ? "true" : ofParent.gone();
            long gone = probe.count("SELECT count(*) FROM %s WHERE %s".formatted(ofParent.name(), wentOrMoved));
            if (ofChild.truncates() + ofParent.truncates() > 0 || movable && gone > 0) {
                return false;
            }
            String changed = "SELECT %s FROM %s WHERE %s AND %s"
                    .formatted(Sql.identifiers(childColumns()), ofChild.name(), ofChild.alive(), ofChild.touched());
            if (gone == 0) {
                findAmong(changed);
            } else {
                findWith(changed, ofParent);
            }
            return true;
        }
    }

    /** Looks up what some rows of the child refer to. */
    private void findAmong(String rows) {
        keys.find("SELECT %s FROM (%s)".formatted(Sql.identifiers(childColumns()), rows), MISSING);
    }

    /** The same, and rows that may refer to something that went. */
    private void findWith(String changed, ChangedKeys ofParent) {
        String went = "(SELECT * FROM %s WHERE %s)".formatted(ofParent.name(), ofParent.gone());
        Scan scan = Lookup.in(
                probe,
                child.scan().select(childColumns()),
                references.columns().get(0),
                went,
                references.to().get(0));
        try (TableView rows = probe.view("firn:child", scan)) {
            String orphans = "SELECT %s FROM %s c SEMI JOIN %s p ON %s"
                    .formatted(Sql.identifiers(childColumns()), Sql.identifier(rows.name()), went, keys.refers());
            findAmong("%s UNION %s".formatted(changed, orphans));
        }
    }

    /** How many of the missing changed within the grace period: what they refer to may still be on its way. */
    private long young() {
        Table log = child.log();
        if (log == null || log.currentSnapshot() == null) {
            return 0;
        }
        Instant since = probe.run().now().minus(references.grace());
        List<String> columns = new ArrayList<>(child.key());
        columns.add(ChangeLogColumns.SOURCE_TIME);
        Scan scan = Scan.of(log, log.currentSnapshot().snapshotId())
                .select(columns)
                .where(Expressions.greaterThan(ChangeLogColumns.SOURCE_TIME, since.toString()));
        try (TableView view = probe.view("firn:young", scan)) {
            return probe.count(
                    "SELECT count(*) FROM %s SEMI JOIN (SELECT * FROM %s WHERE %s > TIMESTAMPTZ %s) USING (%s)"
                            .formatted(
                                    MISSING,
                                    Sql.identifier(view.name()),
                                    ChangeLogColumns.SOURCE_TIME,
                                    Sql.literal(since.toString()),
                                    Sql.identifiers(child.key())));
        }
    }
}
