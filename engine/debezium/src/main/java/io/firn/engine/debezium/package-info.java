/** PostgreSQL as a source, without Kafka: {@link io.firn.engine.debezium.PostgresSource}. */
@NullMarked
package io.firn.engine.debezium;

import org.jspecify.annotations.NullMarked;
