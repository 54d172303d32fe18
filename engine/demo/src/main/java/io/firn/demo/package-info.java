/**
 * A whole streaming shop in one process: PostgreSQL, Kafka, Redis, a Debezium connector, and a marketplace that keeps
 * them busy. Start with {@link io.firn.demo.EmbeddedPostgres} and {@link io.firn.demo.DebeziumToKafka}.
 */
@NullMarked
package io.firn.demo;

import org.jspecify.annotations.NullMarked;
