/** What a cut does to the lake: {@link io.firn.engine.write.TableWriter} logs it and applies it. */
@NullMarked
package io.firn.engine.write;

import org.jspecify.annotations.NullMarked;
