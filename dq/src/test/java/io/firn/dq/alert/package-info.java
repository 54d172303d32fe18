@NullMarked
package io.firn.dq.alert;

import org.jspecify.annotations.NullMarked;
