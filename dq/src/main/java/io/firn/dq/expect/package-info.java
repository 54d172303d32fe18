/** What tables are expected to be: {@link io.firn.dq.expect.Checks} measures, {@code Verdicts} decides. */
@NullMarked
package io.firn.dq.expect;

import org.jspecify.annotations.NullMarked;
