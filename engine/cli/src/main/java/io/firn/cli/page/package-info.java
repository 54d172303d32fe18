/** What the service shows over HTTP: {@link io.firn.cli.page.StatusServer} listens. */
@NullMarked
package io.firn.cli.page;

import org.jspecify.annotations.NullMarked;
