package io.firn.catalog;

/** Stable names of everything that can go wrong; scripts and alerts may rely on them. */
public enum ErrorCode {
    CONFIG_INVALID(Blame.USER),
    USAGE_INVALID(Blame.USER),
    QUERY_INVALID(Blame.USER),
    TABLE_NOT_FOUND(Blame.USER),
    COLUMN_NOT_FOUND(Blame.USER),
    TAG_NOT_FOUND(Blame.USER),
    SNAPSHOT_NOT_FOUND(Blame.USER),
    TYPE_UNSUPPORTED(Blame.USER),
    SCHEMA_INCOMPATIBLE(Blame.USER),
    ACCESS_DENIED(Blame.USER),
    WAREHOUSE_NOT_WRITABLE(Blame.USER),
    SOURCE_MISCONFIGURED(Blame.USER),
    LIMIT_TOO_SMALL(Blame.USER),
    CATALOG_UNAVAILABLE(Blame.EXTERNAL),
    SOURCE_UNAVAILABLE(Blame.EXTERNAL),
    SERVING_UNAVAILABLE(Blame.EXTERNAL),
    STORAGE_FAILED(Blame.EXTERNAL),
    SIGNING_FAILED(Blame.EXTERNAL),
    COMMIT_CONFLICT(Blame.EXTERNAL),
    COMMIT_UNKNOWN(Blame.EXTERNAL),
    FENCED(Blame.EXTERNAL),
    /** A table takes no more changes until somebody decides about those that wait. */
    TABLE_STOPPED(Blame.EXTERNAL),
    INTERRUPTED(Blame.EXTERNAL),
    /** Something was compared and did not match: verify, audit, data quality. */
    CHECK_FAILED(Blame.EXTERNAL),
    INTERNAL(Blame.INTERNAL);

    private final Blame blame;

    ErrorCode(Blame blame) {
        this.blame = blame;
    }

    /** Who can put it right. */
    public Blame blame() {
        return blame;
    }
}
