/** Tests of the compactor. */
@NullMarked
package io.firn.compactor.estimate;

import org.jspecify.annotations.NullMarked;
