/** Tests of the compactor. */
@NullMarked
package io.firn.compactor;

import org.jspecify.annotations.NullMarked;
