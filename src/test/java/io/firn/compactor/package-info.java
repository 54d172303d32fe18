/** The compactor at the moments between its phases, with another engine at work; entry point {@link SparkInteropIT}. */
@NullMarked
package io.firn.compactor;

import org.jspecify.annotations.NullMarked;
