package io.firn.cli.service;

import io.firn.catalog.ErrorCode;

/** What to do about each kind of failure, in a sentence; docs/runbook.md has the long answer. */
final class Advice {
    private Advice() {}

    static String about(ErrorCode code) {
        return switch (code) {
            case CONFIG_INVALID, USAGE_INVALID, LIMIT_TOO_SMALL ->
                "Change the configuration as the message says and start again; firn check shows all problems at once.";
            case SOURCE_MISCONFIGURED ->
                "Set up the source as the message says; firn check tries it. No restart is needed.";
            case ACCESS_DENIED, WAREHOUSE_NOT_WRITABLE ->
                "Give the right that the message names. No restart is needed: it is tried again every minute.";
            case CATALOG_UNAVAILABLE, SOURCE_UNAVAILABLE, SERVING_UNAVAILABLE ->
                "Nothing, if it is known to be away: it is tried again. Otherwise firn check says what cannot be reached.";
            case STORAGE_FAILED ->
                "Look at the store and at the free space of this machine's disks; it is tried again.";
            case COMMIT_CONFLICT, COMMIT_UNKNOWN, INTERRUPTED ->
                "Nothing: it is tried again, and nothing is lost or doubled.";
            case SIGNING_FAILED ->
                "Nothing, if AWS KMS is known to be away: the day is entered when it signs again, and no query waits for it.";
            case FENCED -> "Two writers work on the same tables: end one of them.";
            case TABLE_STOPPED ->
                "Look at firn quarantine list, remove the cause, then firn quarantine replay lets the table go on.";
            case TYPE_UNSUPPORTED, SCHEMA_INCOMPATIBLE ->
                "The source's columns changed in a way that cannot be followed: see docs/types.md.";
            case CHECK_FAILED -> "Something was compared and did not match: the message says what; see the runbook.";
            case QUERY_INVALID, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, TAG_NOT_FOUND, SNAPSHOT_NOT_FOUND ->
                "Ask for something that is there; the message says what is.";
            case INTERNAL -> "Keep the log and report it; the other activities go on, and it is tried again.";
        };
    }
}
