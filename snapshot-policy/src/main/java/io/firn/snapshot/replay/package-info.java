/**
 * Days made again from the change log: {@link io.firn.snapshot.replay.Replay} into tables beside the originals,
 * {@link io.firn.snapshot.replay.Repair} in place of what is broken.
 */
@NullMarked
package io.firn.snapshot.replay;

import org.jspecify.annotations.NullMarked;
