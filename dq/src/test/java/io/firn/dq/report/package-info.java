@NullMarked
package io.firn.dq.report;

import org.jspecify.annotations.NullMarked;
