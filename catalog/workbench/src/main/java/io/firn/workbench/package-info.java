/**
 * Iceberg tables and DuckDB, joined: {@link io.firn.workbench.Workbench} shows a table at a snapshot as a DuckDB view,
 * {@link io.firn.workbench.ParquetOut} writes a DuckDB query as data files of a table.
 */
@NullMarked
package io.firn.workbench;

import org.jspecify.annotations.NullMarked;
