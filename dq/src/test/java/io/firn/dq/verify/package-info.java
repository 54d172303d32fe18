@NullMarked
package io.firn.dq.verify;

import org.jspecify.annotations.NullMarked;
