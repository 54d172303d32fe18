/**
 * Where each key's row is: {@link io.firn.engine.index.KeyIndex}. An accelerator and never the truth: it can be deleted
 * at any time and is rebuilt from the table.
 */
@NullMarked
package io.firn.engine.index;

import org.jspecify.annotations.NullMarked;
