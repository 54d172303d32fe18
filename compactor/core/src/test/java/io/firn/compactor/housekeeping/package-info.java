/** Tests of the compactor. */
@NullMarked
package io.firn.compactor.housekeeping;

import org.jspecify.annotations.NullMarked;
