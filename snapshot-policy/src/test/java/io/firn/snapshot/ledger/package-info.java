@NullMarked
package io.firn.snapshot.ledger;

import org.jspecify.annotations.NullMarked;
