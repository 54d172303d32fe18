package io.firn.compactor;

import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.commit.Planned;
import io.firn.compactor.commit.RemapCommit;
import io.firn.compactor.commit.Rewritten;
import io.firn.compactor.commit.RowFinder;
import io.firn.compactor.housekeeping.Housekeeping;
import io.firn.compactor.journal.Journal;
import io.firn.compactor.journal.LeftBehind;
import io.firn.compactor.journal.RunLog;
import io.firn.compactor.layout.HeadFiles;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.plan.Clustering;
import io.firn.compactor.plan.CompactionPlan;
import io.firn.compactor.plan.FileGroup;
import io.firn.compactor.plan.LeftAlone;
import io.firn.compactor.plan.PlanRules;
import io.firn.compactor.plan.TablePlan;
import io.firn.compactor.rewrite.Assignment;
import io.firn.compactor.rewrite.Hooks;
import io.firn.compactor.rewrite.RewriteResult;
import io.firn.compactor.rewrite.Rewriting;
import io.firn.compactor.rewrite.RewrittenGroup;
import io.firn.workbench.Workbench;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run over one table: plans and rewrites until nothing is worth rewriting. */
final class TableCompaction implements Turns {
    private static final Logger LOG = LoggerFactory.getLogger(TableCompaction.class);

    /** What a pass writes may be worth joining with its new neighbours; it comes to rest after two or three. */
    private static final int MAX_PASSES = 4;
    /** So that a writer that is faster than the compactor does not keep it from ever coming to an end. */
    private static final int MAX_TURNS = 10_000;
    /** Finished rewrites are committed when they are this many files' worth, so that not all is lost in a crash. */
    private static final int FILES_PER_COMMIT = 16;

    private final Table table;
    private final Workbench workbench;
    private final Path uploadDirectory;
    private final Rewriting rewriting;
    private final Hooks hooks;
    private final List<GroupOutcome> outcomes = new ArrayList<>();
    private final List<Rewritten> commits = new ArrayList<>();
    private final List<RewrittenGroup> finished = new ArrayList<>();
    private final Journal journal;
    private final PlanRules rules;
    private final Clock clock;
    private final Instant started;
    private @Nullable CompactionPlan plan;
    private int turnsLeft = 1;
    private int retries;

    TableCompaction(
            Table table,
            PlanRules rules,
            Workbench workbench,
            Path uploadDirectory,
            Rewriting rewriting,
            Hooks hooks,
            Clock clock) {
        this.rewriting = rewriting;
        this.rules = rules;
        this.clock = clock;
        this.started = clock.instant();
        this.table = table;
        this.workbench = workbench;
        this.uploadDirectory = uploadDirectory;
        this.hooks = hooks;
        this.journal = new Journal(table);
    }

    /** Goes on until nothing is worth rewriting, or the budget is spent. */
    CompactionResult run() {
        long left = rules.budgetBytes();
        while (left > 0 && more()) {
            left -= turn(Long.MAX_VALUE, left);
        }
        return end();
    }

    @Override
    public boolean more() {
        return turnsLeft > 0;
    }

    @Override
    public long turn(long sliceBytes, long limitBytes) {
        if (plan == null) {
            recover();
        }
        CompactionPlan next = plan(rules.withBudgetBytes(limitBytes));
        if (plan == null) {
            turnsLeft = MAX_PASSES + (int) Math.min(MAX_TURNS, next.bytes() / sliceBytes * 2);
        }
        plan = next;
        int committedBefore = commits.size();
        List<FileGroup> slice = slice(next.groups(), sliceBytes);
        pass(next, slice);
        turnsLeft = commits.size() == committedBefore ? 0 : turnsLeft - 1;
        return slice.stream().mapToLong(FileGroup::bytes).sum();
    }

    private void recover() {
        table.refresh();
        leftBehind().collect().forEach((planned, groups) -> {
            finished.addAll(groups);
            commit(planned);
        });
    }

    /** As many groups as fit, the first in any case. */
    private static List<FileGroup> slice(List<FileGroup> groups, long bytes) {
        List<FileGroup> slice = new ArrayList<>();
        long left = bytes;
        for (FileGroup group : groups) {
            if (slice.isEmpty() || group.bytes() <= left) {
                slice.add(group);
                left -= group.bytes();
            }
        }
        return slice;
    }

    @Override
    public void giveUp() {
        journal.letGo();
    }

    @Override
    public CompactionResult end() {
        journal.letGo();
        Housekeeping.Done tidied = new Housekeeping(table).run();
        List<LeftAlone> leftAlone = plan == null ? List.of() : plan.leftAlone();
        Duration took = Duration.between(started, clock.instant());
        CompactionResult result =
                new CompactionResult(table.name(), outcomes, commits, retries, leftAlone, tidied, took);
        if (!outcomes.isEmpty() || tidied.any()) {
            new RunLog(table).append(result.record(started));
        }
        return result;
    }

    private CompactionPlan plan(PlanRules limited) {
        table.refresh();
        return TablePlan.of(table, limited);
    }

    private void pass(CompactionPlan whole, List<FileGroup> groups) {
        if (groups.isEmpty()) {
            return;
        }
        hooks.planned(whole);
        long snapshotId = Objects.requireNonNull(whole.snapshotId());
        Planned planned = Planned.of(Objects.requireNonNull(table.snapshot(snapshotId)));
        long target = rules.targetBytes();
        List<Assignment> work = groups.stream()
                .map(group -> new Assignment(Clustering.prefix(table) + UUID.randomUUID(), group, snapshotId, target))
                .toList();
        rewriting.run(table, work, new Rewriting.Listener() {
            @Override
            public void begins(Assignment assignment) {
                journal.begin(assignment.operation());
            }

            @Override
            public void ended(Assignment assignment, RewriteResult result) {
                rewritten(assignment, result, planned);
                if (finished.stream().mapToLong(RewrittenGroup::bytes).sum() >= FILES_PER_COMMIT * target) {
                    commit(planned);
                }
            }
        });
        commit(planned);
    }

    private void rewritten(Assignment assignment, RewriteResult result, Planned planned) {
        FileGroup group = assignment.group();
        RewrittenGroup rewritten = new RewrittenGroup(assignment.operation(), group, result.outputs());
        if (result.attempt() > 0) {
            leftBehind().deleteExcept(assignment.operation(), result.outputs());
        }
        if (result.problem() != null) {
            journal.end(assignment.operation());
            failed(group, result.problem());
        } else if (result.failures().isEmpty()) {
            journal.finished(assignment.operation(), rewritten, planned);
            finished.add(rewritten);
            hooks.rewritten(group);
        } else {
            journal.evidence(assignment.operation(), rewritten, planned, result.failures());
            String evidence = evidence(rewritten, result.failures());
            LOG.error("{}: a rewrite changed rows and was not committed: {}", table.name(), evidence);
            outcomes.add(GroupOutcome.without(group, GroupOutcome.Status.PROOF_FAILED, evidence));
        }
    }

    private LeftBehind leftBehind() {
        return new LeftBehind(table, journal, uploadDirectory);
    }

    private static String evidence(RewrittenGroup rewritten, List<String> failures) {
        return "%s; files read: %s; files written and kept: %s"
                .formatted(
                        String.join(", ", failures),
                        rewritten.group().files().stream().map(LiveFile::path).toList(),
                        rewritten.outputs().stream().map(DataFile::location).toList());
    }

    /** A file that cannot be read may just have been replaced and collected. */
    private void failed(FileGroup group, String problem) {
        table.refresh();
        Snapshot head = table.currentSnapshot();
        int live = head == null ? 0 : HeadFiles.read(table, head, group.paths()).size();
        int gone = group.files().size() - live;
        LOG.warn(
                "{}: a group of {} files was not rewritten: {}",
                table.name(),
                group.files().size(),
                problem);
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
        commit.catchUp();
        hooks.commit(table, added(tried), commit::run);
        tried.forEach(group -> journal.end(group.operation()));
        outcomes.addAll(commit.outcomes());
        commit.rewritten().ifPresent(commits::add);
        retries += commit.retries();
    }

    private static List<DataFile> added(List<RewrittenGroup> groups) {
        return groups.stream().flatMap(group -> group.outputs().stream()).toList();
    }
}
