/** Proven files into the table, with the deletes that came meanwhile: {@link io.firn.compactor.commit.RemapCommit}. */
@NullMarked
package io.firn.compactor.commit;

import org.jspecify.annotations.NullMarked;
