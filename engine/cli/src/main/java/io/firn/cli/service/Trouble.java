package io.firn.cli.service;

import io.firn.catalog.ErrorCode;
import java.time.Instant;

/**
 * Something that went wrong.
 *
 * @param activity whose work it was
 * @param message what happened, in one line
 */
public record Trouble(Instant at, String activity, ErrorCode code, String message) {
    /** What a person can do about it. */
    public String advice() {
        return Advice.about(code);
    }
}
