package io.firn.compactor;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.CompactionConfig;
import io.firn.catalog.config.Prices;
import io.firn.catalog.config.WorkbenchConfig;
import io.firn.compactor.estimate.Estimate;
import io.firn.compactor.estimate.ReadBytes;
import io.firn.compactor.estimate.Reads;
import io.firn.compactor.journal.RunLog;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.plan.TablePlan;
import io.firn.compactor.rewrite.Hooks;
import io.firn.compactor.rewrite.LocalRewriting;
import io.firn.compactor.rewrite.Rewriting;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites tables so that readers open few files and skip most: small files joined, deleted rows dropped, overlapping
 * ranges of the sort key sorted apart. The content never changes, which is proven before each commit, and writers may
 * go on meanwhile: rows that they delete in files being rewritten stay deleted in the files that replace them.
 *
 * <p>Each rewrite uses all threads and memory that DuckDB was given; tables take turns.
 */
public final class Compaction implements AutoCloseable {
    private static final Prices NO_PRICES = new Prices(0, 0);
    /** A table's turn is long enough for its commits to be few, and short enough for others to wait. */
    private static final int FILES_PER_TURN = 16;

    private final DuckDatabase duck;
    private final Workbench workbench;
    private final WorkbenchConfig machine;
    private final PlanRules rules;
    private final int concurrency;
    private final Prices prices;
    private final @Nullable Rewriting elsewhere;

    private Compaction(
            DuckDatabase duck,
            Workbench workbench,
            WorkbenchConfig machine,
            PlanRules rules,
            int concurrency,
            Prices prices,
            @Nullable Rewriting elsewhere) {
        this.elsewhere = elsewhere;
        this.concurrency = concurrency;
        this.prices = prices;
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
        WorkbenchConfig limited = machine.withMemory(config.memoryBytes());
        return open(PlanRules.of(config), limited, config.concurrency(), config.prices(), null);
    }

    /** Opens a compactor with a DuckDB of its own that plans by other rules than the configured ones. */
    public static Compaction open(PlanRules rules, WorkbenchConfig machine) {
        return open(rules, machine, 1, NO_PRICES, null);
    }

    /**
     * Opens a compactor that plans and commits here and rewrites elsewhere.
     *
     * @param config its memory is what DuckDB may use here, to carry deletes over
     */
    public static Compaction open(CompactionConfig config, WorkbenchConfig machine, Rewriting elsewhere) {
        WorkbenchConfig limited = machine.withMemory(config.memoryBytes());
        return open(PlanRules.of(config), limited, config.concurrency(), config.prices(), elsewhere);
    }

    private static Compaction open(
            PlanRules rules, WorkbenchConfig machine, int concurrency, Prices prices, @Nullable Rewriting elsewhere) {
        DuckDatabase duck = DuckDatabase.open(machine);
        return new Compaction(duck, new Workbench(duck, machine), machine, rules, concurrency, prices, elsewhere);
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

    /**
     * Does the same, and lets somebody in between its phases.
     *
     * @param hooks called in this thread
     */
    public CompactionResult run(Table table, Hooks hooks) {
        TableCompaction compaction = compaction(table, hooks);
        try {
            return compaction.run();
        } catch (RuntimeException | Error e) {
            compaction.giveUp();
            throw e;
        }
    }

    private TableCompaction compaction(Table table, Hooks hooks) {
        Rewriting where = elsewhere == null ? new LocalRewriting(workbench, machine.tempDirectory(), hooks) : elsewhere;
        return new TableCompaction(table, rules, workbench, machine.tempDirectory(), where, hooks, Clock.systemUTC());
    }

    /**
     * Does the same for several tables, which take turns, so that none waits until another is done.
     *
     * @param budgetBytes what all of them together may rewrite
     * @param ended is told each table's result as soon as there is one, one at a time
     * @throws FirnException what one of the tables could not recover from, after the others are done
     */
    public void runAll(List<Table> tables, long budgetBytes, Consumer<CompactionResult> ended) {
        runAll(tables, budgetBytes, () -> false, Hooks.NONE, ended);
    }

    /**
     * Does the same until it is to stop.
     *
     * @param stopping asked before each turn
     * @param hooks called in the threads of the compaction
     */
    public void runAll(
            List<Table> tables,
            long budgetBytes,
            BooleanSupplier stopping,
            Hooks hooks,
            Consumer<CompactionResult> ended) {
        List<TableCompaction> compactions =
                tables.stream().map(table -> compaction(table, hooks)).toList();
        new FairRun(compactions, concurrency, FILES_PER_TURN * rules.targetBytes(), budgetBytes, stopping, ended).run();
    }

    /** Returns those of the named tables that exist, each followed by its change log, which is compacted as well. */
    public static List<Table> tables(Lake lake, Collection<String> names) {
        return names.stream()
                .flatMap(name -> Stream.of(name, TableDefinition.changeLogOf(name)))
                .flatMap(name -> lake.find(name).stream())
                .toList();
    }

    /** Returns bytes that runs over the tables have rewritten that started at {@code from} or later. */
    public static long bytesRewrittenSince(Instant from, Collection<Table> tables) {
        return tables.stream()
                .mapToLong(table -> new RunLog(table).bytesRewrittenSince(from))
                .sum();
    }

    /**
     * Estimates what a plan's groups bring and cost, in their order.
     *
     * @param keptMonths how long the newest tag will still be kept
     */
    public List<Estimate> estimates(CompactionPlan plan, double keptMonths) {
        return plan.groups().stream()
                .map(group -> Estimate.of(group, plan.rules(), prices, keptMonths))
                .toList();
    }

    /**
     * Estimates what a plan's groups are to readers of some rows, in their order.
     *
     * @param table the planned one
     */
    public List<ReadBytes> readBytes(CompactionPlan plan, Table table, List<Expression> reads) {
        return new Reads(table, plan.rules()).of(plan, reads);
    }

    @Override
    public void close() {
        workbench.close();
        duck.close();
    }
}
