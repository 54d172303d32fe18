package io.firn.catalog.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How {@code firn run} shows itself and looks after itself.
 *
 * @param host address to listen on
 * @param port 0 for any that is free
 * @param token what a request from another host must carry; null when only this host may ask
 * @param verifyEvery in which time everything is compared with PostgreSQL once; null for never
 * @param verifyPartRows about how many rows are compared at a time
 */
public record ServiceConfig(
        String host,
        int port,
        @Nullable Secret token,
        LogFormat log,
        @Nullable Duration verifyEvery,
        long verifyPartRows) {

    /** How a line of the log is written. */
    public enum LogFormat {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }
}
