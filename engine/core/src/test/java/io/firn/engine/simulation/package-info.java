/** The writer under scripted faults: {@link io.firn.engine.simulation.Simulation} is one random run from one seed. */
@NullMarked
package io.firn.engine.simulation;

import org.jspecify.annotations.NullMarked;
