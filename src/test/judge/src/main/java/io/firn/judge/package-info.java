/**
 * An independent reader of Iceberg tables: Spark SQL behind one JSON request and one JSON response a line. Start
 * reading at {@link io.firn.judge.SparkJudge}.
 */
@NullMarked
package io.firn.judge;

import org.jspecify.annotations.NullMarked;
