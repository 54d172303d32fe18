package io.firn.catalog.config;

import org.jspecify.annotations.Nullable;

/**
 * How {@code firn run} shows itself.
 *
 * @param host address to listen on
 * @param port 0 for any that is free
 * @param token what a request from another host must carry; null when only this host may ask
 */
public record ServiceConfig(String host, int port, @Nullable Secret token, LogFormat log) {

    /** How a line of the log is written. */
    public enum LogFormat {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }
}
