/** Days and other moments that a table keeps under a name: {@link io.firn.snapshot.Tags}. */
@NullMarked
package io.firn.snapshot;

import org.jspecify.annotations.NullMarked;
