package io.firn.compactor.plan;

/**
 * Files that compaction does not touch.
 *
 * @param reason in words for a person
 */
public record LeftAlone(String reason, int files, long bytes) {}
