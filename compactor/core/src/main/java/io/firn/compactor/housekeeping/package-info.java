/** What is left to tidy when files are in order: {@link io.firn.compactor.housekeeping.Housekeeping}. */
@NullMarked
package io.firn.compactor.housekeeping;

import org.jspecify.annotations.NullMarked;
