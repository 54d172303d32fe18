@NullMarked
package io.firn.snapshot;

import org.jspecify.annotations.NullMarked;
