/** Tries what a configuration names: start at {@link io.firn.cli.probe.Probes}. */
@NullMarked
package io.firn.cli.probe;

import org.jspecify.annotations.NullMarked;
