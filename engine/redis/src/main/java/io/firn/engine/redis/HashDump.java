package io.firn.engine.redis;

import java.util.List;

/**
 * A small hash as {@code RESTORE} takes it, which Redis has in memory at once instead of searching and growing it field
 * by field: a ziplist in the format of Redis' dumps (RDB type 13 of version 9, which every Redis since 5.0 reads, and
 * makes of it what it has itself), its version, and the checksum over both.
 *
 * @see <a href="https://github.com/redis/redis/blob/6.2/src/ziplist.c">ziplist.c: the format of ziplists</a>
 * @see <a href="https://github.com/redis/redis/blob/6.2/src/rdb.h">rdb.h: the types of values and of lengths</a>
 */
final class HashDump {
    /** The most bytes of a value, and the most fields, with which every Redis keeps hashes compact if not told to. */
    static final int MAX_BYTES = 64;

    private static final int MAX_FIELDS = 128;
    private static final int HEADER_BYTES = 10;
    private static final int TYPE = 13;
    private static final int RDB_VERSION = 9;

    private final RespBuffer entries = new RespBuffer(1 << 10);
    private final RespBuffer dump = new RespBuffer(1 << 10);
    private int count;
    private int last;

    /** Returns whether hashes of these fields may be small ones. */
    static boolean canHave(List<byte[]> fields) {
        return fields.size() < MAX_FIELDS && fields.stream().allMatch(field -> field.length <= MAX_BYTES);
    }

    /** Begins another hash. */
    void clear() {
        entries.clear();
        count = 0;
        last = 0;
    }

    /** Adds a field or its value, of at most {@link #MAX_BYTES}. */
    void add(byte[] whole, int from, int length) {
        int before = entries.size();
        entries.raw(last);
        if (length < 64) {
            entries.raw(length);
        } else {
            entries.raw(0x40).raw(length);
        }
        entries.raw(whole, from, length);
        last = entries.size() - before;
        count++;
    }

    /** Returns the dump of the hash; valid until it is asked for the next one. */
    RespBuffer dump() {
        int bytes = HEADER_BYTES + entries.size() + 1;
        dump.clear();
        dump.raw(TYPE);
        length(bytes);
        dump.littleEndian(bytes, 4)
                .littleEndian(HEADER_BYTES + entries.size() - last, 4)
                .littleEndian(count, 2);
        dump.raw(entries).raw(0xff).littleEndian(RDB_VERSION, 2);
        return dump.littleEndian(dump.crc64(), 8);
    }

    private void length(int bytes) {
        if (bytes < 1 << 14) {
            dump.raw(0x40 | bytes >> 8).raw(bytes);
        } else {
            dump.raw(0x80).raw(bytes >> 24).raw(bytes >> 16).raw(bytes >> 8).raw(bytes);
        }
    }
}
