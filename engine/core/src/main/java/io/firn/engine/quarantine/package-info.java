/** Records that cannot be written, kept with their reason: {@link io.firn.engine.quarantine.Quarantine}. */
@NullMarked
package io.firn.engine.quarantine;

import org.jspecify.annotations.NullMarked;
