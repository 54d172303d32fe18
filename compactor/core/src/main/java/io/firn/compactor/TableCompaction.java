package io.firn.compactor;

import io.firn.catalog.FirnException;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run over one table: passes until nothing is worth rewriting. */
final class TableCompaction {
    private static final Logger LOG = LoggerFactory.getLogger(TableCompaction.class);

    /** What a pass writes may be worth joining with its new neighbours; it comes to rest after two or three. */
    private static final int MAX_PASSES = 4;
    /** Finished rewrites are committed when they are this many files' worth, so that not all is lost in a crash. */
    private static final int FILES_PER_COMMIT = 16;

    private final Table table;
    private final Workbench workbench;
    private final Path uploadDirectory;
    private final Hooks hooks;
    private final List<GroupOutcome> outcomes = new ArrayList<>();
    private final List<Rewritten> commits = new ArrayList<>();
    private final List<RewrittenGroup> finished = new ArrayList<>();
    private final Journal journal;
    private int retries;

    TableCompaction(Table table, Workbench workbench, Path uploadDirectory, Hooks hooks) {
        this.table = table;
        this.workbench = workbench;
        this.uploadDirectory = uploadDirectory;
        this.hooks = hooks;
        this.journal = new Journal(table);
    }

    CompactionResult run(PlanRules rules) {
        try {
            return runAll(rules);
        } finally {
            journal.letGo();
        }
    }

    private CompactionResult runAll(PlanRules rules) {
        long start = System.nanoTime();
        table.refresh();
        new LeftBehind(table, journal, uploadDirectory).collect().forEach((planned, groups) -> {
            finished.addAll(groups);
            commit(planned);
        });
        CompactionPlan plan = plan(rules);
        long left = rules.budgetBytes();
        for (int pass = 1; pass <= MAX_PASSES && !plan.isEmpty() && left > 0; pass++) {
            int committedBefore = commits.size();
            pass(plan);
            if (commits.size() == committedBefore) {
                break;
            }
            left -= plan.bytes();
            plan = left > 0 ? plan(rules.withBudgetBytes(left)) : plan;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new CompactionResult(table.name(), outcomes, commits, retries, plan.leftAlone(), took);
    }

    private CompactionPlan plan(PlanRules rules) {
        table.refresh();
        return TablePlan.of(table, rules);
    }

    private void pass(CompactionPlan plan) {
        hooks.planned(plan);
        long snapshotId = Objects.requireNonNull(plan.snapshotId());
        Planned planned = Planned.of(Objects.requireNonNull(table.snapshot(snapshotId)));
        long target = plan.rules().targetBytes();
        for (FileGroup group : plan.groups()) {
            rewrite(group, planned, target);
            if (finished.stream().mapToLong(RewrittenGroup::bytes).sum() >= FILES_PER_COMMIT * target) {
                commit(planned);
            }
        }
        commit(planned);
    }

    private void rewrite(FileGroup group, Planned planned, long targetBytes) {
        String id = "compact-" + UUID.randomUUID();
        GroupRewrite.Outcome outcome;
        journal.begin(id);
        try {
            outcome = new GroupRewrite(table, workbench, id, uploadDirectory, hooks)
                    .run(group, planned.snapshotId(), targetBytes);
        } catch (FirnException e) {
            journal.end(id);
            failed(group, e);
            return;
        }
        List<String> failures = outcome.failures();
        if (failures.isEmpty()) {
            journal.finished(id, outcome.rewritten(), planned);
            finished.add(outcome.rewritten());
            hooks.rewritten(group);
            return;
        }
        journal.evidence(id, outcome.rewritten(), planned, failures);
        String evidence = evidence(outcome.rewritten(), failures);
        LOG.error("{}: a rewrite changed rows and was not committed: {}", table.name(), evidence);
        outcomes.add(GroupOutcome.without(group, GroupOutcome.Status.PROOF_FAILED, evidence));
    }

    private static String evidence(RewrittenGroup rewritten, List<String> failures) {
        return "%s; files read: %s; files written and kept: %s"
                .formatted(
                        String.join(", ", failures),
                        rewritten.group().files().stream().map(LiveFile::path).toList(),
                        rewritten.outputs().stream().map(DataFile::location).toList());
    }

    /** A file that cannot be read may just have been replaced and collected. */
    private void failed(FileGroup group, FirnException failure) {
        table.refresh();
        Snapshot head = table.currentSnapshot();
        int live =
                head == null ? 0 : HeadFiles.read(table, head, List.of(group)).size();
        int gone = group.files().size() - live;
        String problem = String.join("; ", failure.problems());
        LOG.warn(
                "{}: a group of {} files was not rewritten: {}",
                table.name(),
                group.files().size(),
                problem);
        LOG.debug("the cause", failure);
        outcomes.add(
                gone > 0
                        ? GroupOutcome.without(
                                group,
                                GroupOutcome.Status.ABANDONED,
                                "%d of its files were removed or replaced by another writer".formatted(gone))
                        : GroupOutcome.without(group, GroupOutcome.Status.FAILED, problem));
    }

    private void commit(Planned planned) {
        if (finished.isEmpty()) {
            return;
        }
        RemapCommit commit = new RemapCommit(
                table,
                planned,
                "compact-" + UUID.randomUUID(),
                new RowFinder(table, workbench),
                List.copyOf(finished),
                hooks);
        List<RewrittenGroup> tried = List.copyOf(finished);
        finished.clear();
        commit.run();
        tried.forEach(group -> journal.end(group.operation()));
        outcomes.addAll(commit.outcomes());
        commit.rewritten().ifPresent(commits::add);
        retries += commit.retries();
    }
}
