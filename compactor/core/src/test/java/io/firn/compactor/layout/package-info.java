/** Tests of the compactor. */
@NullMarked
package io.firn.compactor.layout;

import org.jspecify.annotations.NullMarked;
