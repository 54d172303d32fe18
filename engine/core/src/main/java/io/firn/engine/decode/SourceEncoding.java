package io.firn.engine.decode;

import io.firn.catalog.config.DecimalHandling;

/**
 * How the connector writes what JSON alone does not tell.
 *
 * @param decimals Debezium's {@code decimal.handling.mode}
 * @param unavailable Debezium's {@code unavailable.value.placeholder}
 */
public record SourceEncoding(DecimalHandling decimals, String unavailable) {
    /** Debezium's placeholder for a TOASTed value that an update left alone. */
    public static final String UNAVAILABLE = "__debezium_unavailable_value";
}
