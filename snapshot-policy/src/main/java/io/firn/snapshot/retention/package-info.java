/**
 * What is kept of the past and what goes: {@link io.firn.snapshot.retention.Expiry} forgets snapshots,
 * {@link io.firn.snapshot.retention.GarbageCollection} deletes the files that only they needed.
 */
@NullMarked
package io.firn.snapshot.retention;

import org.jspecify.annotations.NullMarked;
