package io.firn.compactor.layout;

import org.jspecify.annotations.Nullable;

/**
 * A file and its place in the sort order.
 *
 * @param span null when the table has no sort order, or the file no bounds for it
 */
public record PlacedFile(LiveFile file, @Nullable KeySpan span) {}
