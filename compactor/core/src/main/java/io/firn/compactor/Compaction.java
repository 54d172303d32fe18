package io.firn.compactor;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.config.CompactionConfig;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import org.apache.iceberg.Table;

/**
 * Rewrites tables so that readers open few files and skip most: small files joined, deleted rows dropped, overlapping
 * ranges of the sort key sorted apart. The content never changes, which is proven before each commit, and writers may
 * go on meanwhile: rows that they delete in files being rewritten stay deleted in the files that replace them.
 *
 * <p>Tables are compacted one at a time; each rewrite uses all threads and memory that DuckDB was given.
 */
public final class Compaction implements AutoCloseable {
    private final DuckDatabase duck;
    private final Workbench workbench;
    private final WorkbenchConfig machine;
    private final PlanRules rules;

    private Compaction(DuckDatabase duck, Workbench workbench, WorkbenchConfig machine, PlanRules rules) {
        this.duck = duck;
        this.workbench = workbench;
        this.machine = machine;
        this.rules = rules;
    }

    /**
     * Opens a compactor with a DuckDB of its own.
     *
     * @param config its memory is what DuckDB may use
     * @param machine the other limits and the folders
     */
    public static Compaction open(CompactionConfig config, WorkbenchConfig machine) {
        return open(PlanRules.of(config), withMemory(machine, config.memoryBytes()));
    }

    /** Opens a compactor with a DuckDB of its own that plans by other rules than the configured ones. */
    public static Compaction open(PlanRules rules, WorkbenchConfig machine) {
        DuckDatabase duck = DuckDatabase.open(machine);
        return new Compaction(duck, new Workbench(duck, machine), machine, rules);
    }

    private static WorkbenchConfig withMemory(WorkbenchConfig machine, long bytes) {
        return new WorkbenchConfig(
                bytes,
                machine.threads(),
                machine.tempDirectory(),
                machine.tempLimitBytes(),
                machine.cacheDirectory(),
                machine.cacheLimitBytes(),
                machine.indexDirectory());
    }

    /** Decides what a run would rewrite first; changes nothing. */
    public CompactionPlan plan(Table table) {
        table.refresh();
        return TablePlan.of(table, rules);
    }

    /**
     * Plans, rewrites, proves and commits until nothing is worth rewriting.
     *
     * @return also what could not be done; a second run finds nothing when the table did not change
     * @throws FirnException with {@link ErrorCode#COMMIT_UNKNOWN} when the catalog cannot say whether a commit took
     *     place
     */
    public CompactionResult run(Table table) {
        return run(table, Hooks.NONE);
    }

    CompactionResult run(Table table, Hooks hooks) {
        return new TableCompaction(table, workbench, machine.tempDirectory(), hooks).run(rules);
    }

    @Override
    public void close() {
        workbench.close();
        duck.close();
    }
}
