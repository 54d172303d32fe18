package io.firn.catalog.config;

/** Debezium's {@code binary.handling.mode} of the connector that wrote the events. */
public enum BinaryHandling {
    BYTES,
    BASE64,
    BASE64_URL_SAFE,
    HEX
}
