@NullMarked
package io.firn.dq;

import org.jspecify.annotations.NullMarked;
