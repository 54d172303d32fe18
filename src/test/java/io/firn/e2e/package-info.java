/** What holds over all modules, from the outside: start at {@link io.firn.e2e.ArchitectureTest}. */
@NullMarked
package io.firn.e2e;

import org.jspecify.annotations.NullMarked;
