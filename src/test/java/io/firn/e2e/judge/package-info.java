/**
 * A second opinion on every table: Spark in a process of its own, with nothing of Firn in it. Start reading at
 * {@link io.firn.e2e.judge.Judge}.
 */
@NullMarked
package io.firn.e2e.judge;

import org.jspecify.annotations.NullMarked;
