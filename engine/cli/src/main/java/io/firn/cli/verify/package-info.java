/** Tables compared with PostgreSQL part by part: {@link io.firn.cli.verify.TableParts} has the parts of one. */
@NullMarked
package io.firn.cli.verify;

import org.jspecify.annotations.NullMarked;
