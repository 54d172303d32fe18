@NullMarked
package io.firn.workbench;

import org.jspecify.annotations.NullMarked;
