package io.firn.cli;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.Lake;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.FirnConfig;
import io.firn.catalog.config.ReadTerm;
import io.firn.cli.terminal.Progress;
import io.firn.cli.terminal.RowWriter;
import io.firn.compactor.Compaction;
import io.firn.compactor.CompactionResult;
import io.firn.compactor.estimate.Estimate;
import io.firn.compactor.estimate.ReadBytes;
import io.firn.compactor.estimate.ReadPredicate;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn compact}. */
@Command(
        name = "compact",
        header = "Merges and sorts files, once.",
        description = "The writer goes on meanwhile. Every rewrite is proven equal before it is committed; a second run"
                + " right after finds nothing to do. Tables take turns, so that none waits for all of another's work.",
        footer = "  firn -c shop/firn.yaml compact product --dry-run")
final class CompactCommand implements Callable<Integer> {
    /** Cells show a hundredth of a cent. */
    private static final double DOLLAR_DIGITS = 10_000;

    private final Session session;

    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description = "Tables to compact, each with its change log; all when none is named.")
    private List<String> tables = List.of();

    @Option(names = "--dry-run", description = "Only say what would be rewritten, and why.")
    private boolean dryRun;

    @Option(
            names = "--reads",
            paramLabel = "READ",
            description = "What a reader asks for, as in category=chairs or updated_at=2026-11-01..2026-11-07. The dry"
                    + " run then says how many bytes of files such readers open now, and how many afterwards. Left out,"
                    + " it is what the table's \"reads\" in the configuration say.")
    private List<String> reads = List.of();

    CompactCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        FirnConfig config = session.config();
        List<String> names = TableArguments.of(config, tables);
        try (Progress progress = session.progress();
                Lake lake = Lake.open(config.lake());
                Compaction compaction = Compaction.open(config.compaction(), config.workbench())) {
            if (dryRun) {
                plan(config, lake, compaction, names);
            } else {
                run(config, lake, compaction, names, progress);
            }
        }
        return 0;
    }

    private void plan(FirnConfig config, Lake lake, Compaction compaction, List<String> names) {
        List<Table> planned = Compaction.tables(lake, names);
        List<ReadTerm> asked = terms();
        requireColumns(asked, planned);
        double keptMonths = config.snapshots().retain().toTotalMonths();
        try (RowWriter rows = session.rows(
                "table",
                "partition",
                "reason",
                "depth",
                "files",
                "files_after",
                "bytes",
                "pinned_bytes",
                "look_up_bytes_saved",
                "scan_bytes_saved",
                "read_bytes",
                "read_bytes_after",
                "dollars")) {
            for (Table table : planned) {
                String name = shortName(table.name());
                CompactionPlan plan = compaction.plan(table);
                List<Estimate> estimates = compaction.estimates(plan, keptMonths);
                List<ReadBytes> read = compaction.readBytes(plan, table, reads(config, asked, table));
                for (int i = 0; i < estimates.size(); i++) {
                    rows.row(row(name, plan.groups().get(i), estimates.get(i), read.get(i)));
                }
                plan.deferred().stream()
                        .limit(1)
                        .forEach(group -> session.note("%s: %d more groups are over the budget"
                                .formatted(name, plan.deferred().size())));
                plan.leftAlone().forEach(left -> session.note(name + ": " + left));
            }
        }
    }

    private List<ReadTerm> terms() {
        return reads.stream().map(CompactCommand::term).toList();
    }

    private static ReadTerm term(String text) {
        try {
            return ReadTerm.parse(text);
        } catch (IllegalArgumentException e) {
            throw new FirnException(
                    ErrorCode.USAGE_INVALID, "--reads %s but was '%s'".formatted(e.getMessage(), text), e);
        }
    }

    private static void requireColumns(List<ReadTerm> terms, List<Table> planned) {
        for (ReadTerm term : terms) {
            if (planned.stream().allMatch(table -> table.schema().asStruct().field(term.column()) == null)) {
                throw new FirnException(
                        ErrorCode.COLUMN_NOT_FOUND,
                        "--reads names the column %s, which none of the tables has".formatted(term.column()));
            }
        }
    }

    /** A change log has the columns of its table, so that a read is of both. */
    private static List<Expression> reads(FirnConfig config, List<ReadTerm> asked, Table table) {
        List<ReadTerm> terms = asked.isEmpty() ? configured(config, table) : asked;
        return terms.stream()
                .flatMap(term -> ReadPredicate.of(term, table.schema()).stream())
                .toList();
    }

    private static List<ReadTerm> configured(FirnConfig config, Table table) {
        String name = shortName(table.name());
        String current = config.tables().keySet().stream()
                .filter(each -> name.equals(TableDefinition.changeLogOf(each)))
                .findFirst()
                .orElse(name);
        List<ReadTerm> terms = config.table(current).reads();
        for (ReadTerm term : terms) {
            if (table.schema().asStruct().field(term.column()) == null) {
                throw new FirnException(
                        ErrorCode.COLUMN_NOT_FOUND,
                        "tables.%s.reads names the column %s, which table %s does not have"
                                .formatted(current, term.column(), name));
            }
        }
        return terms;
    }

    private static List<Object> row(String table, FileGroup group, Estimate estimate, ReadBytes read) {
        return List.of(
                table,
                group.partitionName(),
                group.reason().toString(),
                group.depth(),
                group.files().size(),
                estimate.filesAfter(),
                group.bytes(),
                group.pinnedBytes(),
                estimate.lookUpBytesSaved(),
                estimate.scanBytesSaved(),
                read.before(),
                read.after(),
                Math.round(estimate.dollars() * DOLLAR_DIGITS) / DOLLAR_DIGITS);
    }

    private void run(FirnConfig config, Lake lake, Compaction compaction, List<String> names, Progress progress) {
        List<String> failures = new ArrayList<>();
        progress.begin("compacting " + String.join(", ", names));
        try (RowWriter rows = session.rows(
                "table", "files_before", "files_after", "bytes_before", "bytes_after", "carried_deletes", "seconds")) {
            compaction.runAll(
                    Compaction.tables(lake, names), config.compaction().budgetBytes(), result -> {
                        String name = shortName(result.table());
                        rows.row(row(name, result));
                        result.leftAlone().forEach(left -> session.note(name + ": " + left));
                        result.failed().forEach(group -> failures.add("%s: %s".formatted(name, group.detail())));
                    });
        }
        if (!failures.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CHECK_FAILED, failures);
        }
    }

    private static String shortName(String table) {
        return table.substring(table.lastIndexOf('.') + 1);
    }

    private static List<Object> row(String table, CompactionResult result) {
        return List.of(
                table,
                result.filesBefore(),
                result.filesAfter(),
                result.bytesBefore(),
                result.bytesAfter(),
                result.carriedDeletes(),
                result.took().toMillis() / 1000.0);
    }
}
