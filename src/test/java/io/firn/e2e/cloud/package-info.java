/**
 * Lakes that are not on the local disk: {@link io.firn.e2e.cloud.S3Server} and {@link io.firn.e2e.cloud.GlueServer}.
 */
@NullMarked
package io.firn.e2e.cloud;

import org.jspecify.annotations.NullMarked;
