/**
 * The reference ingest job: a product table that is snapshotted and then changed, as Debezium sends it. Start reading
 * at {@link io.firn.bench.ingest.IngestWorkload}, which produces it, and {@link io.firn.bench.ingest.Workload}, which
 * decides what happens.
 */
@NullMarked
package io.firn.bench.ingest;

import org.jspecify.annotations.NullMarked;
