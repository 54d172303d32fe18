/**
 * Records that cannot be written, kept with their reason: {@link io.firn.engine.quarantine.Quarantine} sets them aside,
 * {@link io.firn.engine.quarantine.QuarantineView} shows them.
 */
@NullMarked
package io.firn.engine.quarantine;

import org.jspecify.annotations.NullMarked;
