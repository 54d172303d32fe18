/**
 * Commands and their wiring: {@link io.firn.cli.Main} starts, {@link io.firn.cli.Commands} puts everything together.
 */
@NullMarked
package io.firn.cli;

import org.jspecify.annotations.NullMarked;
