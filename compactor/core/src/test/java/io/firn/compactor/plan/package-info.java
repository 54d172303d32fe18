/** Tests of the compactor. */
@NullMarked
package io.firn.compactor.plan;

import org.jspecify.annotations.NullMarked;
