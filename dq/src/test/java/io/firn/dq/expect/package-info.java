@NullMarked
package io.firn.dq.expect;

import org.jspecify.annotations.NullMarked;
