package io.firn.compactor.plan;

/**
 * Files that compaction does not touch.
 *
 * @param reason in words for a person
 */
public record LeftAlone(String reason, int files, long bytes) {
    /** Returns it for a person to read. */
    @Override
    public String toString() {
        return "%d files with %d bytes are left alone: %s".formatted(files, bytes, reason);
    }
}
