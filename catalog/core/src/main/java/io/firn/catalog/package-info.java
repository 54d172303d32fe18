/** Lakes, their tables and what is committed to them. */
@NullMarked
package io.firn.catalog;

import org.jspecify.annotations.NullMarked;
