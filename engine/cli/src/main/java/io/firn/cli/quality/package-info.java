/** Looking at tables from end to end: {@link io.firn.cli.quality.Quality} measures, tells, keeps and certifies. */
@NullMarked
package io.firn.cli.quality;

import org.jspecify.annotations.NullMarked;
