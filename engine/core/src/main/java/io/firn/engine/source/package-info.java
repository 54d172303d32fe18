/**
 * Where changes come from: {@link io.firn.engine.source.ChangeSource} is the port that Kafka and the in-process engine
 * implement.
 */
@NullMarked
package io.firn.engine.source;

import org.jspecify.annotations.NullMarked;
