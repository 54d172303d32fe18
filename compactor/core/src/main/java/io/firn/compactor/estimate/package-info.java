/**
 * What a plan is worth: {@link io.firn.compactor.estimate.Estimate} in bytes and dollars, and
 * {@link io.firn.compactor.estimate.Reads} to readers of certain rows.
 */
@NullMarked
package io.firn.compactor.estimate;

import org.jspecify.annotations.NullMarked;
