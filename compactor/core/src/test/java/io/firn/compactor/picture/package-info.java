/** Tests of the compactor. */
@NullMarked
package io.firn.compactor.picture;

import org.jspecify.annotations.NullMarked;
