/**
 * The first load of tables: many parts read at the same time, resumed after any interruption, and shown to readers at
 * one exact moment of the source, from which change capture goes on: {@link io.firn.engine.seed.Seed}.
 */
@NullMarked
package io.firn.engine.seed;

import org.jspecify.annotations.NullMarked;
