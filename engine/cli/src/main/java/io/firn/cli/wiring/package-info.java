/** Puts the parts of a configuration together, by hand: {@link io.firn.cli.wiring.Wiring}. */
@NullMarked
package io.firn.cli.wiring;

import org.jspecify.annotations.NullMarked;
