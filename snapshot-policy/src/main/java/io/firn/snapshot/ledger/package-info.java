/**
 * What every closed day held, written down so that nobody can change it unnoticed:
 * {@link io.firn.snapshot.ledger.Ledger} writes the entries, {@link io.firn.snapshot.ledger.LedgerAudit} proves them.
 */
@NullMarked
package io.firn.snapshot.ledger;

import org.jspecify.annotations.NullMarked;
