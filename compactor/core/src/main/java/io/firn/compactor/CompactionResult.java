package io.firn.compactor;

import io.firn.compactor.commit.GroupOutcome;
import io.firn.compactor.commit.Rewritten;
import io.firn.compactor.housekeeping.Housekeeping;
import io.firn.compactor.journal.RunRecord;
import io.firn.compactor.layout.ByteSizes;
import io.firn.compactor.plan.LeftAlone;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one run did to one table.
 *
 * @param table the table's name as its catalog prints it
 * @param groups in the order in which they ended
 * @param commits in order
 * @param retries how often a commit had to be tried again because another writer came first; no rewrite was repeated
 * @param leftAlone files that cannot be rewritten here, by the last plan
 * @param tidied what was done besides
 */
public record CompactionResult(
        String table,
        List<GroupOutcome> groups,
        List<Rewritten> commits,
        int retries,
        List<LeftAlone> leftAlone,
        Housekeeping.Done tidied,
        Duration took) {
    public CompactionResult {
        groups = List.copyOf(groups);
        commits = List.copyOf(commits);
        leftAlone = List.copyOf(leftAlone);
    }

    private List<GroupOutcome> with(GroupOutcome.Status status) {
        return groups.stream().filter(group -> group.status() == status).toList();
    }

    /** Returns groups that are in the table. */
    public List<GroupOutcome> committed() {
        return with(GroupOutcome.Status.COMMITTED);
    }

    /** Returns groups whose proof failed or that could not be rewritten; the table is as it was without them. */
    public List<GroupOutcome> failed() {
        List<GroupOutcome> failed = new ArrayList<>(with(GroupOutcome.Status.PROOF_FAILED));
        failed.addAll(with(GroupOutcome.Status.FAILED));
        return failed;
    }

    /** Returns groups that another writer made needless. */
    public List<GroupOutcome> abandoned() {
        return with(GroupOutcome.Status.ABANDONED);
    }

    /** Returns data files that left the table. */
    public int filesBefore() {
        return committed().stream()
                .mapToInt(group -> group.group().files().size())
                .sum();
    }

    /** Returns data files that came in their place. */
    public int filesAfter() {
        return committed().stream().mapToInt(GroupOutcome::filesAfter).sum();
    }

    /** Returns the size of the data files that left the table. */
    public long bytesBefore() {
        return committed().stream().mapToLong(group -> group.group().bytes()).sum();
    }

    /** Returns the size of the data files that came in their place. */
    public long bytesAfter() {
        return committed().stream().mapToLong(GroupOutcome::bytesAfter).sum();
    }

    /** Returns rows that others deleted during the rewrite and that are deleted in the new files as well. */
    public long carriedDeletes() {
        return committed().stream().mapToLong(GroupOutcome::carriedDeletes).sum();
    }

    /** Returns what is kept of the run, which began at {@code started}. */
    RunRecord record(Instant started) {
        List<GroupOutcome> others = new ArrayList<>(failed());
        others.addAll(abandoned());
        List<String> reasons = committed().stream()
                .map(group -> group.group().reason().toString())
                .distinct()
                .toList();
        return new RunRecord(
                started,
                took,
                reasons,
                filesBefore(),
                filesAfter(),
                bytesBefore(),
                bytesAfter(),
                committed().stream()
                        .mapToLong(GroupOutcome::lookUpBytesSaved)
                        .max()
                        .orElse(0),
                carriedDeletes(),
                retries,
                tidied.danglingDeletes(),
                tidied.manifestsJoined(),
                others.stream().map(GroupOutcome::detail).toList());
    }

    /** Returns the result for a person to read, in a few lines. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(groups.isEmpty() ? table + ": nothing to do" : summary());
        for (GroupOutcome group : groups) {
            if (group.status() != GroupOutcome.Status.COMMITTED) {
                text.append(System.lineSeparator()).append("  ").append(line(group));
            }
        }
        return text.toString();
    }

    private String summary() {
        return "%s: %d files to %d, %s to %s, %d deletes carried over, %d commits, %d retries, %.1f s"
                .formatted(
                        table,
                        filesBefore(),
                        filesAfter(),
                        ByteSizes.text(bytesBefore()),
                        ByteSizes.text(bytesAfter()),
                        carriedDeletes(),
                        commits.size(),
                        retries,
                        took.toMillis() / 1000.0);
    }

    private static String line(GroupOutcome group) {
        String place = group.group().partitionName();
        return "%s%s%d files: %s"
                .formatted(
                        group.status().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": ",
                        place.isEmpty() ? "" : place + ", ",
                        group.group().files().size(),
                        group.detail());
    }
}
