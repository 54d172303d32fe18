/**
 * What lies in a table: live data files ({@link io.firn.compactor.layout.LiveFile}), the deletes that apply to them,
 * and the spans of the sort key they hold ({@link io.firn.compactor.layout.KeySpans}). Everything else here builds on
 * it.
 */
@NullMarked
package io.firn.compactor.layout;

import org.jspecify.annotations.NullMarked;
