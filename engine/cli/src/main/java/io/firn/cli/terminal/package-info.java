/** What a person or a script sees of a command: start at {@link io.firn.cli.terminal.Terminal}. */
@NullMarked
package io.firn.cli.terminal;

import org.jspecify.annotations.NullMarked;
