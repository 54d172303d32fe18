@NullMarked
package io.firn.dq.result;

import org.jspecify.annotations.NullMarked;
