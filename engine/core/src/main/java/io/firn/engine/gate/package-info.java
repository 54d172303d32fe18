/** What rows have to pass on their way into a buffer: {@link io.firn.engine.gate.RuleGate} knows a table's rules. */
@NullMarked
package io.firn.engine.gate;

import org.jspecify.annotations.NullMarked;
