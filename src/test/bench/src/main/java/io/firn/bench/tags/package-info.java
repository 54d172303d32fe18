/** What two years of daily tags cost: {@link io.firn.bench.tags.TagsBench}. */
@NullMarked
package io.firn.bench.tags;

import org.jspecify.annotations.NullMarked;
