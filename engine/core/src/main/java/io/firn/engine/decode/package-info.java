/** Debezium's JSON as typed values: {@link io.firn.engine.decode.EnvelopeDecoder} is the entry point. */
@NullMarked
package io.firn.engine.decode;

import org.jspecify.annotations.NullMarked;
