/**
 * Columns that do not go into the lake as they are: {@link io.firn.engine.protect.Protection} changes a table's records
 * and rows before anything else sees them.
 */
@NullMarked
package io.firn.engine.protect;

import org.jspecify.annotations.NullMarked;
