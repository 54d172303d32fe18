@NullMarked
package io.firn.snapshot.audit;

import org.jspecify.annotations.NullMarked;
