package io.firn.engine.simulation;

/** What can happen at a step of a process. Those of commits wait for the next commit. */
enum Strike {
    /** The process dies. */
    CRASH,
    /** The step fails and says so. */
    FAILURE,
    /** The commit is refused. */
    COMMIT_REFUSED,
    /** The commit takes place and its answer is lost. */
    REPLY_LOST,
    /** The commit does not take place and nobody says so. */
    REQUEST_LOST,
    /** The commit is on its way, nobody says so, and it arrives later. */
    REQUEST_LATE,
    /** The commit takes place and the process dies. */
    CRASH_AFTER_COMMIT,
    /** Another writer commits something of no consequence. */
    FOREIGN_COMMIT,
    /** Another writer rewrites a table. */
    FOREIGN_REWRITE,
    /** Another writer deletes rows, that the source has, from a table. */
    FOREIGN_DELETE,
    /** Snapshots that no tag holds expire, and their files go. */
    EXPIRY,
    /** The compactor begins, and works beside this process. */
    COMPACTION,
    /** A second writer begins, and works beside this one. */
    TAKEOVER,
    /** A second writer begins while this one sleeps, and this one wakes up later. */
    TAKEOVER_ASLEEP;

    boolean isOfCommits() {
        return switch (this) {
            case COMMIT_REFUSED, REPLY_LOST, REQUEST_LOST, REQUEST_LATE, CRASH_AFTER_COMMIT -> true;
            default -> false;
        };
    }
}
