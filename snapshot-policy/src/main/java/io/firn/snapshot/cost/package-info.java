/**
 * What a lake costs a month: {@link io.firn.snapshot.cost.TableBytes} measures, and
 * {@link io.firn.snapshot.cost.PriceList} says what that costs.
 */
@NullMarked
package io.firn.snapshot.cost;

import org.jspecify.annotations.NullMarked;
