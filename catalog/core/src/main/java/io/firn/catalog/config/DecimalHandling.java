package io.firn.catalog.config;

/** Debezium's {@code decimal.handling.mode} of the connector that wrote the events. */
public enum DecimalHandling {
    PRECISE,
    STRING,
    DOUBLE
}
