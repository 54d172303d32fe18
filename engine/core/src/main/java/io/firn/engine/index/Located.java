package io.firn.engine.index;

/**
 * A key's live row.
 *
 * @param file the file it is in
 * @param position its place in the file, from 0
 * @param rowId its lineage id; -1 in a table without lineage
 */
public record Located(LiveFile file, long position, long rowId) {}
