package io.firn.dq.expect;

import io.firn.catalog.config.Expectation.References;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.types.Type;

/**
 * Which of some keys a table has: first as far as {@link KeyHints} tell, then in files that they have not seen, and
 * what is not found then is looked for in all files that may have it.
 */
final class ParentKeys {
    private static final String WANTED = Sql.identifier("firn:wanted");
    private static final String FOUND = Sql.identifier("firn:found");
    private static final String ID = Sql.identifier("firn:id");

    private final Probe probe;
    private final CheckedTable child;
    private final CheckedTable parent;
    private final References references;

    ParentKeys(Probe probe, CheckedTable child, CheckedTable parent, References references) {
        this.probe = probe;
        this.child = child;
        this.parent = parent;
        this.references = references;
    }

    /**
     * Leaves out rows that refer to a row that is there.
     *
     * @param rows a query for rows of the child, as a temporary table it becomes those that are left
     * @param left the temporary table's name, quoted
     */
    void find(String rows, String left) {
        probe.execute("CREATE OR REPLACE TEMP TABLE %s AS SELECT * FROM (%s) WHERE %s"
                .formatted(
                        left,
                        rows,
                        references.columns().stream()
                                .map(column -> Sql.identifier(column) + " IS NOT NULL")
                                .collect(Collectors.joining(" AND "))));
        Set<String> seen = Set.of();
        Optional<KeyHints.Known> hints = isKey() ? probe.hints().of(parent) : Optional.empty();
        if (hints.isPresent()) {
            try (KeyHints.Known known = hints.get()) {
                seen = known.seen();
                findWith(known, left);
            }
            findIn(left, files(left, seen, Where.UNSEEN));
        }
        findIn(left, files(left, seen, Where.ANYWHERE));
    }

    private enum Where {
        UNSEEN,
        ANYWHERE
    }

    /** A value that becomes another one when it is cast would find what it does not refer to. */
    private boolean isKey() {
        return references.to().equals(parent.key())
                && IntStream.range(0, references.to().size())
                        .allMatch(i -> isAlike(
                                child.table()
                                        .schema()
                                        .findType(references.columns().get(i)),
                                parent.table().schema().findType(references.to().get(i))));
    }

    private static boolean isAlike(Type type, Type other) {
        return type.equals(other) || isWhole(type) && isWhole(other);
    }

    private static boolean isWhole(Type type) {
        return type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
    }

    private void findWith(KeyHints.Known known, String left) {
        String keys = IntStream.range(0, references.to().size())
                .mapToObj(i -> Sql.identifier(references.columns().get(i)) + " AS "
                        + Sql.identifier(references.to().get(i)))
                .collect(Collectors.joining(", "));
        probe.execute(
                "CREATE OR REPLACE TEMP TABLE %s AS SELECT *, row_number() OVER () AS %s FROM (SELECT DISTINCT %s FROM %s)"
                        .formatted(WANTED, ID, keys, left));
        probe.found(FOUND, WANTED, ID, known);
        remove(left, "(SELECT w.* FROM %s w SEMI JOIN %s f ON w.%s = f.id)".formatted(WANTED, FOUND, ID));
        probe.execute("DROP TABLE " + WANTED);
        probe.execute("DROP TABLE " + FOUND);
    }

    private Scan scan(String left) {
        return Lookup.in(
                probe,
                parent.scan().select(references.to()),
                references.to().get(0),
                left,
                references.columns().get(0));
    }

    private List<FileScanTask> files(String left, Set<String> seen, Where where) {
        return isEmpty(left)
                ? List.of()
                : Workbench.plan(scan(left)).stream()
                        .filter(file -> where == Where.ANYWHERE
                                || !seen.contains(file.file().location()))
                        .toList();
    }

    private boolean isEmpty(String left) {
        return probe.count("SELECT count(*) FROM " + left) == 0;
    }

    private void findIn(String left, List<FileScanTask> files) {
        if (files.isEmpty()) {
            return;
        }
        try (TableView referred = probe.view("firn:parent", parent.scan().select(references.to()), files)) {
            // few rows are looked for among many: the many are streamed past a table of the few, not the other way
            // round
            remove(
                    left,
                    "(SELECT %s FROM %s p SEMI JOIN %s c ON %s)"
                            .formatted(
                                    Sql.identifiers(references.to()), Sql.identifier(referred.name()), left, refers()));
        }
    }

    private void remove(String left, String found) {
        probe.execute("DELETE FROM %s c USING %s p WHERE %s".formatted(left, found, refers()));
    }

    /** The condition that a row {@code c} of the child refers to a row {@code p} of the parent. */
    String refers() {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < references.to().size(); i++) {
            equal.add(Sql.column("c", references.columns().get(i)) + " = "
                    + Sql.column("p", references.to().get(i)));
        }
        return String.join(" AND ", equal);
    }
}
