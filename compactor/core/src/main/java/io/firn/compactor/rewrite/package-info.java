/**
 * New files for old ones: {@link io.firn.compactor.rewrite.Rewriting} is where that takes place,
 * {@link io.firn.compactor.rewrite.GroupRewrite} is how. Nothing here commits.
 */
@NullMarked
package io.firn.compactor.rewrite;

import org.jspecify.annotations.NullMarked;
