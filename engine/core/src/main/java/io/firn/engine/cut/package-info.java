/** Decides where a cut ends: {@link io.firn.engine.cut.CutPlanner}, pure and without I/O. */
@NullMarked
package io.firn.engine.cut;

import org.jspecify.annotations.NullMarked;
