/** What deploys Firn is tried without a cloud: start at {@link io.firn.e2e.deploy.TerraformTest}. */
@NullMarked
package io.firn.e2e.deploy;

import org.jspecify.annotations.NullMarked;
