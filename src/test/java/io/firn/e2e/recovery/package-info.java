/** What docs/recovery.md says, done: {@code RecoveryIT}. */
@NullMarked
package io.firn.e2e.recovery;

import org.jspecify.annotations.NullMarked;
