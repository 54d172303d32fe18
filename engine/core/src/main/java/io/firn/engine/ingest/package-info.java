/**
 * The writer as a whole: {@link io.firn.engine.ingest.Ingest} reads a source, closes cuts, logs and applies them, and
 * recovers from the change log.
 */
@NullMarked
package io.firn.engine.ingest;

import org.jspecify.annotations.NullMarked;
