/** Who changed what, and when: {@link io.firn.snapshot.audit.ChangeHistory} asks the change log, with its evidence. */
@NullMarked
package io.firn.snapshot.audit;

import org.jspecify.annotations.NullMarked;
