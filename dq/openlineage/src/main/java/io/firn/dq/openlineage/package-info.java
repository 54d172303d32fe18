/** Runs in OpenLineage's words: {@link io.firn.dq.openlineage.LineageEvents}. */
@NullMarked
package io.firn.dq.openlineage;

import org.jspecify.annotations.NullMarked;
