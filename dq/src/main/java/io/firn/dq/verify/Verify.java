package io.firn.dq.verify;

import io.firn.catalog.CutProperties;
import io.firn.catalog.FirnException;
import io.firn.catalog.ProtectedColumns;
import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Scan;
import io.firn.workbench.Sql;
import io.firn.workbench.TableView;
import io.firn.workbench.Workbench;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Compares tables of the lake with PostgreSQL: one digest on each side, and only where they differ a second pass over
 * parts of the keys and a third over single rows.
 */
public final class Verify {
    private static final String VIEW = "firn:verify";
    /** More differing rows than these are not waited for one by one. */
    private static final int MOST_WAITED_FOR = 20_000;

    private static final long LOOK_MILLIS = 500;

    private final Workbench workbench;
    private final int mostDifferences;

    /** @param mostDifferences how many differing rows a result shows at most, at least 1 */
    public Verify(Workbench workbench, int mostDifferences) {
        if (mostDifferences < 1) {
            throw new IllegalArgumentException("mostDifferences must be positive but was " + mostDifferences);
        }
        this.workbench = workbench;
        this.mostDifferences = mostDifferences;
    }

    /**
     * Compares a table at a snapshot with PostgreSQL at the moment its connection sees.
     *
     * @param snapshotId null for a table without snapshots
     * @param postgres within a transaction of level REPEATABLE READ, whose moment counts, or with automatic commit,
     *     when the present moment counts; left as it was found, but for settings local to the transaction
     * @param source the table in PostgreSQL, with its schema
     * @throws io.firn.catalog.FirnException when the source has no such table, or either side cannot be read
     */
    public Verification compare(Table table, @Nullable Long snapshotId, Connection postgres, String source) {
        Scan scan = Scan.of(table, snapshotId);
        try (DuckDBConnection duck = workbench.duck().connect();
                TableView view = workbench.view(duck, VIEW, scan);
                SourceMoment moment = SourceMoment.of(postgres)) {
            return compare(new Columns(scan, moment.table(source)), duck, view, postgres);
        } catch (SQLException e) {
            throw DuckFailures.translate("verifying " + table.name(), e);
        }
    }

    /** The columns of both sides. */
    private record Columns(Scan scan, SourceTable source) {
        /** The source cannot say what they become. */
        private List<String> leftOut() {
            return ProtectedColumns.of(scan.table());
        }

        List<String> onlyInSource() {
            return source.columns().stream()
                    .map(SourceColumn::name)
                    .filter(name -> scan.schema().asStruct().field(name) == null)
                    .filter(name -> !leftOut().contains(name))
                    .toList();
        }

        List<String> onlyInLake() {
            return scan.columns().stream().filter(name -> type(name) == null).toList();
        }

        private @Nullable String type(String name) {
            return source.columns().stream()
                    .filter(column -> column.name().equals(name))
                    .map(SourceColumn::type)
                    .findFirst()
                    .orElse(null);
        }

        List<DigestColumn> common() {
            return scan.schema().columns().stream()
                    .filter(field -> type(field.name()) != null)
                    .filter(field -> !leftOut().contains(field.name()))
                    .map(this::column)
                    .toList();
        }

        private DigestColumn column(NestedField field) {
            return new DigestColumn(field.name(), field.type(), type(field.name()));
        }

        /** The lake's identifying columns, or the source's primary key; empty when there is neither. */
        List<DigestColumn> key() {
            Schema schema = scan.schema();
            Set<String> names = schema.identifierFieldIds().isEmpty()
                    ? new LinkedHashSet<>(source.key())
                    : schema.identifierFieldNames();
            List<DigestColumn> key = common().stream()
                    .filter(column -> names.contains(column.name()))
                    .toList();
            return key.size() == names.size() ? key : List.of();
        }
    }

    private Verification compare(Columns columns, DuckDBConnection duck, TableView view, Connection postgres) {
        Comparison comparison = new Comparison(columns, duck, view, postgres, KeyRange.ALL, mostDifferences);
        return comparison.result(comparison.inLake(), mostDifferences);
    }

    /** Both digests, and the keys that make them differ. */
    private static final class Comparison {
        private final Columns columns;
        private final Digest inLake;
        private final Digest inSource;
        private final Narrowing narrowing;

        Comparison(
                Columns columns, DuckDBConnection duck, TableView view, Connection postgres, KeyRange range, int most) {
            this.columns = columns;
            Side lake = new Side(
                    DigestSql.DUCKDB, duck, range.of(Sql.identifier(view.name())), columns.common(), columns.key());
            Side source = new Side(
                    DigestSql.POSTGRESQL,
                    postgres,
                    range.of(quoted(columns.source().name())),
                    columns.common(),
                    columns.key());
            inLake = lake.digest();
            inSource = source.digest();
            narrowing = new Narrowing(lake, source, most);
            if (!inLake.equals(inSource) && !columns.key().isEmpty()) {
                narrowing.run();
            }
        }

        Digest inLake() {
            return inLake;
        }

        Verification result(Digest lake, int mostRows) {
            return new Verification(
                    columns.scan().table().name(),
                    columns.source().name(),
                    columns.scan().snapshotId(),
                    lake,
                    inSource,
                    columns.onlyInSource(),
                    columns.onlyInLake(),
                    narrowing.describe(mostRows),
                    narrowing.more() || narrowing.found().size() > mostRows);
        }
    }

    /**
     * Compares a table with PostgreSQL while both go on changing. The moment is PostgreSQL's; a row that differs is
     * brought to that moment by the changes in the change log, and the lake is given time to receive them.
     *
     * @param log the table's change log
     * @param range which rows are compared
     * @param progress says what of the source is in the lake
     * @param patience how long the lake may take to pass the moment; what still differs after that is reported
     */
    public Verification compareLive(
            Table table,
            Table log,
            Connection postgres,
            String source,
            KeyRange range,
            LakeProgress progress,
            Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Live live = live(table, log, postgres, source, range, progress, deadline);
            if (!live.overflowed() || System.nanoTime() >= deadline) {
                return live.found();
            }
            pause();
        }
    }

    /** @param overflowed whether so much differs that the lake must be far behind */
    private record Live(Verification found, boolean overflowed) {}

    private Live live(
            Table table,
            Table log,
            Connection postgres,
            String source,
            KeyRange range,
            LakeProgress progress,
            long deadline) {
        table.refresh();
        Snapshot head = table.currentSnapshot();
        Scan scan = range.in(Scan.of(table, head == null ? null : (Long) head.snapshotId()));
        long cut = CutProperties.appliedAt(table, head).number();
        try (DuckDBConnection duck = workbench.duck().connect();
                TableView view = workbench.view(duck, VIEW, scan);
                SourceMoment moment = SourceMoment.of(postgres)) {
            Columns columns = new Columns(scan, moment.table(source));
            Comparison comparison = new Comparison(columns, duck, view, postgres, range, MOST_WAITED_FOR);
            Narrowing narrowing = comparison.narrowing;
            if (comparison.inLake.equals(comparison.inSource) || narrowing.more()) {
                return new Live(comparison.result(comparison.inLake, mostDifferences), narrowing.more());
            }
            LaterChanges later =
                    new LaterChanges(workbench, duck, log, columns.common(), columns.key(), cut, moment.visibility());
            long end = moment.end();
            while (true) {
                boolean passed = progress.hasPassed(end);
                log.refresh();
                later.explain(narrowing.found());
                if (narrowing.found().isEmpty() || passed || System.nanoTime() >= deadline) {
                    break;
                }
                pause();
            }
            Digest lake =
                    narrowing.found().isEmpty() && !columns.key().isEmpty() ? comparison.inSource : comparison.inLake;
            return new Live(comparison.result(lake, mostDifferences), false);
        } catch (SQLException e) {
            throw DuckFailures.translate("verifying " + table.name(), e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            throw FirnException.interrupted("waiting for the lake to catch up", e);
        }
    }

    private static String quoted(String source) {
        return Arrays.stream(source.split("\\.", 2)).map(Sql::identifier).collect(Collectors.joining("."));
    }
}
