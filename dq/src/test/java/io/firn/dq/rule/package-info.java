@NullMarked
package io.firn.dq.rule;

import org.jspecify.annotations.NullMarked;
