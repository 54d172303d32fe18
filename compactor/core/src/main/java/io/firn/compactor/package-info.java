/**
 * Compaction: {@link io.firn.compactor.Compaction} plans, rewrites, proves and commits; deletes that land on a file
 * while it is being rewritten are carried over into the files that replace it.
 */
@NullMarked
package io.firn.compactor;

import org.jspecify.annotations.NullMarked;
