/** What every source promises: {@link io.firn.e2e.source.SourceContract}, tried with each of them. */
@NullMarked
package io.firn.e2e.source;

import org.jspecify.annotations.NullMarked;
