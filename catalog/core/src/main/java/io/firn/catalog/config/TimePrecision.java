package io.firn.catalog.config;

/** Debezium's {@code time.precision.mode} of the connector that wrote the events. */
public enum TimePrecision {
    ADAPTIVE,
    ADAPTIVE_TIME_MICROSECONDS,
    CONNECT,
    ISOSTRING,
    MICROSECONDS,
    NANOSECONDS
}
