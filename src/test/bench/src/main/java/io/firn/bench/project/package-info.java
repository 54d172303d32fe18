/** How fast rows get from the lake into Redis: {@link io.firn.bench.project.ProjectBench}. */
@NullMarked
package io.firn.bench.project;

import org.jspecify.annotations.NullMarked;
