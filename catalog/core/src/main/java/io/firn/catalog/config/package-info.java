/** What firn.yaml says, checked and typed: start at {@link io.firn.catalog.config.ConfigLoader}. */
@NullMarked
package io.firn.catalog.config;

import org.jspecify.annotations.NullMarked;
