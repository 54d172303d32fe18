/** The first files of a project, from a live schema: {@link io.firn.cli.init.Project}. */
@NullMarked
package io.firn.cli.init;

import org.jspecify.annotations.NullMarked;
