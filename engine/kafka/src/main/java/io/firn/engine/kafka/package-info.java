/** Debezium topics on Kafka: {@link io.firn.engine.kafka.KafkaSource}. */
@NullMarked
package io.firn.engine.kafka;

import org.jspecify.annotations.NullMarked;
