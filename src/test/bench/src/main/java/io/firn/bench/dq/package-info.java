/** What looking at tables costs: {@link io.firn.bench.dq.ChecksBench}. */
@NullMarked
package io.firn.bench.dq;

import org.jspecify.annotations.NullMarked;
