/**
 * What compactions are at, so that a crash loses nothing ({@link io.firn.compactor.journal.Journal}), and what they did
 * ({@link io.firn.compactor.journal.RunLog}).
 */
@NullMarked
package io.firn.compactor.journal;

import org.jspecify.annotations.NullMarked;
