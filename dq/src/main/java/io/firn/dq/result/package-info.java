/**
 * What checks found, kept in the lake: {@link io.firn.dq.result.ResultTable} appends {@link io.firn.dq.result.Result}s
 * to {@code firn_dq_results} and finds what was found before.
 */
@NullMarked
package io.firn.dq.result;

import org.jspecify.annotations.NullMarked;
