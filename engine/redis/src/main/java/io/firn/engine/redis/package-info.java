/**
 * Current rows in Redis, never backwards: {@link io.firn.engine.redis.Projector} applies the change logs of a lake, and
 * rebuilds and verifies what is there.
 */
@NullMarked
package io.firn.engine.redis;

import org.jspecify.annotations.NullMarked;
