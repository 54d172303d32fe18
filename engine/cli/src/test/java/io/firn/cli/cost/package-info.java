@NullMarked
package io.firn.cli.cost;

import org.jspecify.annotations.NullMarked;
