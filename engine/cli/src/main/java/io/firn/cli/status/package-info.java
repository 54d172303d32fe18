/** What is known of the lake without reading a row: {@link io.firn.cli.status.TableStatus}. */
@NullMarked
package io.firn.cli.status;

import org.jspecify.annotations.NullMarked;
