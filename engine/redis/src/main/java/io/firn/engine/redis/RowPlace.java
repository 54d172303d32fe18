package io.firn.engine.redis;

import io.firn.catalog.config.RowForm;
import java.util.List;

/**
 * Where a table's row stands under its key, and how to take it away.
 *
 * @param form what is under the key
 * @param version where the version is: a hash's field, or the text before it in a string
 * @param tombstone what a row's tombstone adds to the row's key
 * @param removed the fields to remove from a hash that other tables have fields in; empty when the whole key is the
 *     row's
 */
record RowPlace(RowForm form, byte[] version, String tombstone, List<String> removed, List<String> linked) {
    /** The field that holds a row's {@link Version}. */
    static final String VERSION_FIELD = "_v";

    /** The field that says which sets a row is a member of. */
    static final String SETS_FIELD = "_s";

    private static final String TOMBSTONE = ":gone";

    RowPlace {
        removed = List.copyOf(removed);
        linked = List.copyOf(linked);
    }

    /** Returns the place of rows that have their key to themselves. */
    static RowPlace whole(RowForm form) {
        String version = switch (form) {
            case HASH -> VERSION_FIELD;
            case JSON -> "{\"" + VERSION_FIELD + "\":\"";
            case PACKED -> "[\"";
        };
        return new RowPlace(form, RedisSession.bytes(version), TOMBSTONE, List.of(), List.of());
    }

    /** Returns the place of the first of several tables that have fields in the same hash. */
    static RowPlace first(List<String> fields) {
        return new RowPlace(RowForm.HASH, RedisSession.bytes(VERSION_FIELD), TOMBSTONE, fields, List.of());
    }

    /** Returns the place of a further table. */
    static RowPlace further(String table, List<String> fields) {
        String version = VERSION_FIELD + ":" + table;
        return new RowPlace(RowForm.HASH, RedisSession.bytes(version), TOMBSTONE + ":" + table, fields, List.of());
    }

    /** Returns the place of rows that have their key to themselves, and with which other keys are changed. */
    static RowPlace linked(Links links) {
        return new RowPlace(RowForm.HASH, RedisSession.bytes(VERSION_FIELD), TOMBSTONE, List.of(), links.head());
    }

    boolean isHash() {
        return form == RowForm.HASH;
    }

    /** Returns whether the row is a hash with nothing else in it, and no other key is changed with it. */
    boolean isHashOfItsOwn() {
        return isHash() && removed.isEmpty() && linked.isEmpty();
    }

    /** Returns the names of the fields to remove, the version's among them. */
    byte[][] removedFields() {
        byte[][] fields = new byte[removed.size() + 1][];
        fields[0] = version;
        for (int i = 0; i < removed.size(); i++) {
            fields[i + 1] = RedisSession.bytes(removed.get(i));
        }
        return fields;
    }

    /** Returns the script that writes a row. */
    Script script() {
        if (!linked.isEmpty()) {
            return Script.LINK;
        }
        return isHash() ? Script.UPSERT : Script.PUT;
    }

    /** Returns the type that Redis gives the key. */
    String redisType() {
        return isHash() ? "hash" : "string";
    }

    /** Returns the key of a row's tombstone, which Redis Cluster keeps in the same hash slot. */
    byte[] tombstone(byte[] row) {
        return HashTag.inSlotOf(row, tombstone);
    }
}
