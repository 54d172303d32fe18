package io.firn.engine.seed;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.ProtectedColumns;
import io.firn.catalog.SeedBranch;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.TableConfig;
import io.firn.dq.rule.RowRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** One table's load: its plan, what of it is done, and which keys have changed. */
final class TableSeed {
    private final Lake lake;
    private final String name;
    private final TableConfig config;
    private final RowRules rules;
    private final Limits limits;
    private SourceTable source;
    private SeedBranch branch;
    private Table changes;
    private @Nullable SeedPlan plan;
    private @Nullable ChangedKeys keys;
    private volatile @Nullable String changed;

    TableSeed(Lake lake, String name, TableConfig config, SourceTable source) {
        this.lake = lake;
        this.name = name;
        this.config = config;
        this.source = source;
        this.rules = RowRules.of(config.gate());
        this.limits = new Limits(name, config, rules.rules());
        TableDefinition definition = TableDefinition.of(name, config, source);
        this.branch = new SeedBranch(lake.currentTable(definition));
        this.changes = lake.changeLog(definition);
        ProtectedColumns.note(branch.table(), config.gate().columns().keySet());
        this.plan = branch.plan().map(SeedPlan::parse).orElse(null);
    }

    String name() {
        return name;
    }

    TableConfig config() {
        return config;
    }

    SourceTable source() {
        return source;
    }

    Table table() {
        return branch.table();
    }

    SeedBranch branch() {
        return branch;
    }

    Table changes() {
        return changes;
    }

    /** @return the key's columns in key order */
    List<NestedField> key() {
        return config.key().stream().map(table().schema()::findField).toList();
    }

    /** @return the columns that a row of the source has, in its order */
    List<NestedField> columns() {
        List<NestedField> columns = new ArrayList<>();
        source.columns().forEach(column -> {
            NestedField field = table().schema().findField(column.name());
            if (field == null) {
                throw new FirnException(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        "%s has the column %s, which table %s of the lake has not"
                                .formatted(source.name(), column.name(), name));
            }
            columns.add(field);
        });
        return columns;
    }

    RowRules rules() {
        return rules;
    }

    /** @return writes rows for the table, on one connection */
    RowsOut out(DuckDBConnection connection, Path temporary) {
        return new RowsOut(
                table(), connection, "seed-" + plan().job(), temporary, rules, config.quarantineThreshold() + 1);
    }

    /** @return the last cut that the table or its change log holds */
    Cut cut() {
        Cut logged = CutProperties.applied(changes);
        Cut applied = CutProperties.applied(table());
        return logged.number() > applied.number() ? logged : applied;
    }

    boolean isPublished() {
        return CutProperties.applied(table()).number() > 0;
    }

    /** @return whether parts of it were read before */
    boolean hasParts() {
        return plan != null && !branch.finished().isEmpty();
    }

    SeedPlan plan() {
        return Objects.requireNonNull(plan, "no plan");
    }

    /** Goes on with what is there. @return whether there is something */
    boolean resume() {
        if (plan == null) {
            return false;
        }
        keys = new ChangedKeys(table().io(), folder());
        limits.begin(misfits().values().stream().flatMap(List::stream).toList());
        return true;
    }

    /** Throws away what is there. The lake's table is made anew where the source's has been altered. */
    void begin(SeedSource from) {
        forgetFiles();
        source = from.table(config.source());
        TableDefinition definition = TableDefinition.of(name, config, source);
        if (!definition.currentSchema().sameSchema(table().schema())
                && table().currentSnapshot() == null
                && changes.currentSnapshot() == null) {
            lake.catalog().dropTable(lake.identifier(name), true);
            lake.catalog().dropTable(lake.identifier(TableDefinition.changeLogOf(name)), true);
            branch = new SeedBranch(lake.currentTable(definition));
            changes = lake.changeLog(definition);
            ProtectedColumns.note(branch.table(), config.gate().columns().keySet());
        }
        SeedPlan fresh = from.plan(config.source(), UUID.randomUUID().toString());
        branch.begin(fresh.json());
        plan = fresh;
        keys = new ChangedKeys(table().io(), folder());
        limits.begin(List.of());
        changed = null;
    }

    /** @return the parts that are still to be read */
    List<SeedPart> missing() {
        Map<Integer, Long> finished = branch.finished();
        return plan().parts().stream()
                .filter(part -> !finished.containsKey(part.number()))
                .toList();
    }

    private String folder() {
        return table().location() + "/seed/" + plan().job();
    }

    Rejects rejects() {
        return new Rejects(table().io(), folder());
    }

    Limits limits() {
        return limits;
    }

    /** Notes that what was read is void. */
    void changed(String reason) {
        changed = reason;
    }

    /** @return why the load has to start over; null while it has not */
    @Nullable
    String changed() {
        return changed;
    }

    ChangedKeys keys() {
        return Objects.requireNonNull(keys, "not begun");
    }

    Set<List<String>> changedKeys() {
        return keys().read();
    }

    /** The number under which misfits among the rows that were read again are kept. */
    int correctionPart() {
        return plan().parts().size();
    }

    /**
     * @return the rows that are set aside, by part, without those that have changed since: they were read again, and an
     *     older state of them is nobody's any more
     */
    Map<Integer, List<Misfit>> misfits() {
        Map<Integer, List<Misfit>> misfits = new TreeMap<>();
        List<Integer> parts = plan == null ? List.of() : partsWithMisfits();
        if (!parts.isEmpty()) {
            Set<List<String>> again = new ChangedKeys(table().io(), folder()).read();
            for (int part : parts) {
                List<Misfit> found = rejects().read(part);
                misfits.put(
                        part,
                        part == correctionPart()
                                ? found
                                : found.stream()
                                        .filter(misfit -> !again.contains(misfit.texts(config.key())))
                                        .toList());
            }
        }
        return misfits;
    }

    private List<Integer> partsWithMisfits() {
        List<Integer> parts = new ArrayList<>();
        branch.finished().forEach((part, rows) -> {
            if (rows > 0) {
                parts.add(part);
            }
        });
        parts.add(correctionPart());
        return parts.stream().filter(rejects()::has).toList();
    }

    /** Deletes what only the load needs. */
    void forgetFiles() {
        if (plan != null) {
            new ChangedKeys(table().io(), folder()).delete();
            partsWithMisfits().forEach(rejects()::delete);
        }
    }
}
