/** A table's files for a person to see: {@link io.firn.compactor.picture.LayoutPicture}. */
@NullMarked
package io.firn.compactor.picture;

import org.jspecify.annotations.NullMarked;
