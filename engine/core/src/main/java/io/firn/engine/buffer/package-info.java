/** Changes in DuckDB between the source and the lake: {@link io.firn.engine.buffer.ChangeBuffer}. */
@NullMarked
package io.firn.engine.buffer;

import org.jspecify.annotations.NullMarked;
