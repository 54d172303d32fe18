/** What applications say about their transactions in logical messages: {@link io.firn.engine.remark.Remarks}. */
@NullMarked
package io.firn.engine.remark;

import org.jspecify.annotations.NullMarked;
