/** Flink's upsert sink on the workload of the ingest benchmark: start reading at {@link io.firn.bench.flink.FlinkUpsert}. */
package io.firn.bench.flink;
