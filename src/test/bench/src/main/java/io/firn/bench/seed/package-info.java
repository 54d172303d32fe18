/** First load and digests: {@link io.firn.bench.seed.SeedBench}. */
@NullMarked
package io.firn.bench.seed;

import org.jspecify.annotations.NullMarked;
