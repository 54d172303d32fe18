package io.firn.engine.redis;

/**
 * A row on its way into Redis.
 *
 * @param values of a hash, {@linkplain PackedRow packed}; of a string, what follows the version
 * @param links how many arguments {@code encodedLinks} has
 * @param encodedLinks what else is changed with the row, as RESP
 */
record WritableRow(byte[] key, byte[] values, int links, byte[] encodedLinks) {
    private static final byte[] NOTHING = {};

    /** Returns a row that nothing else is changed with. */
    static WritableRow alone(byte[] key, byte[] values) {
        return new WritableRow(key, values, 0, NOTHING);
    }

    /** Returns the same row under another key. */
    WritableRow under(byte[] other) {
        return new WritableRow(other, values, links, encodedLinks);
    }
}
