@NullMarked
package io.firn.dq.openlineage;

import org.jspecify.annotations.NullMarked;
