@NullMarked
package io.firn.snapshot.retention;

import org.jspecify.annotations.NullMarked;
