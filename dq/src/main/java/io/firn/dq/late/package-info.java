/** Days that were closed and are touched by later changes: {@link io.firn.dq.late.LateCorrections} finds them. */
@NullMarked
package io.firn.dq.late;

import org.jspecify.annotations.NullMarked;
