/** Who is told of what: {@link io.firn.dq.alert.Alerts} decides, {@link io.firn.dq.alert.Webhook} tells. */
@NullMarked
package io.firn.dq.alert;

import org.jspecify.annotations.NullMarked;
