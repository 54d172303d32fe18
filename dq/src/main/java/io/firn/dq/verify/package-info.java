/**
 * The lake against its source: {@link io.firn.dq.verify.Verify} compares a table with PostgreSQL by digest and narrows
 * a difference down to keys and columns. It reports, and repairs nothing.
 */
@NullMarked
package io.firn.dq.verify;

import org.jspecify.annotations.NullMarked;
