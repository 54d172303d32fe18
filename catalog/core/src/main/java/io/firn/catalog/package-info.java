/** Lakes, their tables and what is committed to them: {@link io.firn.catalog.Lake} opens one. */
@NullMarked
package io.firn.catalog;

import org.jspecify.annotations.NullMarked;
