package io.firn.compactor.plan;

import io.firn.catalog.config.CompactionConfig;
import io.firn.workbench.FileSettings;

/**
 * When a rewrite is worth its bytes.
 *
 * @param targetBytes the size that new files should have
 * @param smallShare a file below this part of the target is small
 * @param deletedShare a file with this part of its rows deleted is rewritten whatever its size
 * @param maxDepth files that may hold rows of one place in the sort order; 1 keeps everything in one run and rewrites
 *     most
 * @param amplification how many bytes in good order may be rewritten to take in one byte that is not; bytes that a tag
 *     pins count twice
 * @param maxMergeBytes small files are joined in groups of up to this size
 * @param budgetBytes bytes that one pass may rewrite
 */
public record PlanRules(
        long targetBytes,
        double smallShare,
        double deletedShare,
        int maxDepth,
        double amplification,
        long maxMergeBytes,
        long budgetBytes) {
    private static final double SMALL_SHARE = 0.5;
    private static final double DELETED_SHARE = 0.2;
    private static final int MAX_DEPTH = 3;
    private static final double AMPLIFICATION = 4;
    private static final int FILES_PER_MERGE = 16;

    public PlanRules {
        requirePositive("target size", targetBytes);
        requirePositive("largest merge", maxMergeBytes);
        requirePositive("budget", budgetBytes);
        requirePositive("depth", maxDepth);
        requireShare("small files", smallShare);
        requireShare("deleted rows", deletedShare);
        if (amplification < 1) {
            throw new IllegalArgumentException("amplification must be at least 1 but was " + amplification);
        }
    }

    /** Returns the rules for files of {@code targetBytes} and no other limit. */
    public static PlanRules forTarget(long targetBytes) {
        return new PlanRules(
                targetBytes,
                SMALL_SHARE,
                DELETED_SHARE,
                MAX_DEPTH,
                AMPLIFICATION,
                FILES_PER_MERGE * targetBytes,
                Long.MAX_VALUE);
    }

    /** Returns the rules that the configuration asks for. */
    public static PlanRules of(CompactionConfig config) {
        return forTarget(config.targetFileBytes()).withBudgetBytes(config.budgetBytes());
    }

    /** Returns the same with another budget. */
    public PlanRules withBudgetBytes(long bytes) {
        return new PlanRules(targetBytes, smallShare, deletedShare, maxDepth, amplification, maxMergeBytes, bytes);
    }

    boolean small(long bytes) {
        return bytes < smallShare * targetBytes;
    }

    /** Returns how many files of about the target size hold {@code bytes}. */
    public int filesFor(long bytes) {
        return FileSettings.filesFor(bytes, targetBytes);
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be positive but was " + value);
        }
    }

    private static void requireShare(String what, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(what + " must be a share above 0 and up to 1 but was " + share);
        }
    }
}
