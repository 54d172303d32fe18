/** The first load from outside: {@code SeedIT}. */
@NullMarked
package io.firn.e2e.seed;

import org.jspecify.annotations.NullMarked;
