/**
 * Which files are worth rewriting together, and why: {@link io.firn.compactor.plan.TablePlan} reads a table's files and
 * {@link io.firn.compactor.plan.Planner} decides; a {@link io.firn.compactor.plan.CompactionPlan} never changes.
 */
@NullMarked
package io.firn.compactor.plan;

import org.jspecify.annotations.NullMarked;
