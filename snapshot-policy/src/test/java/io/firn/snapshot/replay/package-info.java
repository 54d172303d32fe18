@NullMarked
package io.firn.snapshot.replay;

import org.jspecify.annotations.NullMarked;
