/** Whether new files hold what the old ones held: {@link io.firn.compactor.prove.Proof}. */
@NullMarked
package io.firn.compactor.prove;

import org.jspecify.annotations.NullMarked;
