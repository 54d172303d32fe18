/** What a lake costs a month, added up from what is recorded: {@link io.firn.cli.cost.MonthlyCost}. */
@NullMarked
package io.firn.cli.cost;

import org.jspecify.annotations.NullMarked;
