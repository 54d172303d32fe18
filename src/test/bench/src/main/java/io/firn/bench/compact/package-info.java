/** Compaction: {@link io.firn.bench.compact.SortedRewrite} against DuckDB alone. */
@NullMarked
package io.firn.bench.compact;

import org.jspecify.annotations.NullMarked;
