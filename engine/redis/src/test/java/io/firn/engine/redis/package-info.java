/** Tests against a real Redis and a real lake: {@link io.firn.engine.redis.ProjectorTest} shows the whole. */
@NullMarked
package io.firn.engine.redis;

import org.jspecify.annotations.NullMarked;
