@org.jspecify.annotations.NullMarked
package io.firn.engine.buffer;
