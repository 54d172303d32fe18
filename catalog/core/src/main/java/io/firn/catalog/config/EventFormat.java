package io.firn.catalog.config;

/** How change events are encoded. */
public enum EventFormat {
    JSON,
    AVRO
}
