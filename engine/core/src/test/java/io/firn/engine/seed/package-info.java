@org.jspecify.annotations.NullMarked
package io.firn.engine.seed;
