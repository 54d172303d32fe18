package io.firn.bench.ingest;

/**
 * One change of one row.
 *
 * @param kind what happened
 * @param productId key of the row
 * @param before number of the change that made the version before; {@link Product#SNAPSHOT} for the snapshot's;
 *     meaningless for inserts
 * @param number of this change, from 1; with the key it determines the new version
 * @param transaction that it belongs to
 * @param order in the transaction, from 1
 */
record Change(Kind kind, int productId, int before, int number, Transaction transaction, int order) {

    enum Kind {
        INSERT('c'),
        UPDATE('u'),
        DELETE('d');

        /** Debezium's letter. */
        final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    long lsn() {
        return transaction.lsn(order);
    }
}
