package io.firn.catalog.config;

/** Where changes come from. */
public enum SourceType {
    /** Debezium topics on Kafka. */
    KAFKA,
    /** A Debezium engine in this process. */
    POSTGRES,
    /** Files of change events. */
    FILES
}
