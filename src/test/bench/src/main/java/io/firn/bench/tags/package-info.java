/**
 * What two years of daily tags cost, {@link io.firn.bench.tags.TagsBench}, and a day made again,
 * {@link io.firn.bench.tags.ReplayBench}.
 */
@NullMarked
package io.firn.bench.tags;

import org.jspecify.annotations.NullMarked;
