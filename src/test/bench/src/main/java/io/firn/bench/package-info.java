/** What benchmarks share: {@link io.firn.bench.Cost}. Each subject has a package of its own. */
@NullMarked
package io.firn.bench;

import org.jspecify.annotations.NullMarked;
