/**
 * Compaction whose rewrites are Spark tasks: {@link io.firn.compactor.spark.SparkCompaction} plans and commits in the
 * driver.
 */
@NullMarked
package io.firn.compactor.spark;

import org.jspecify.annotations.NullMarked;
