/** The status page in a browser without a screen: {@link io.firn.e2e.browser.Browser} opens it. */
@NullMarked
package io.firn.e2e.browser;

import org.jspecify.annotations.NullMarked;
