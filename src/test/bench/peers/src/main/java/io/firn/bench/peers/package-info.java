/** Other engines on the workload of the ingest benchmark. Start reading at {@link io.firn.bench.peers.SparkMerge}. */
@NullMarked
package io.firn.bench.peers;

import org.jspecify.annotations.NullMarked;
