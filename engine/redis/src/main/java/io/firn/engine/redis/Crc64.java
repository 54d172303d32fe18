package io.firn.engine.redis;

/** The checksum of Redis' dumps: CRC-64 with the polynomial of Jones, eight bytes at a time. */
final class Crc64 {
    private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;
    private static final long[][] TABLES = tables();

    private Crc64() {}

    private static long[][] tables() {
        long[][] tables = new long[8][256];
        for (int octet = 0; octet < 256; octet++) {
            long crc = octet;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            tables[0][octet] = crc;
        }
        for (int octet = 0; octet < 256; octet++) {
            for (int table = 1; table < 8; table++) {
                long before = tables[table - 1][octet];
                tables[table][octet] = tables[0][(int) before & 0xff] ^ before >>> 8;
            }
        }
        return tables;
    }

    /** Returns the checksum of the first {@code length} bytes. */
    static long of(byte[] bytes, int length) {
        long crc = 0;
        int at = 0;
        for (; at + 8 <= length; at += 8) {
            long next = 0;
            for (int i = 0; i < 8; i++) {
                next ^= TABLES[7 - i][(int) (crc >>> (8 * i) ^ bytes[at + i]) & 0xff];
            }
            crc = next;
        }
        for (; at < length; at++) {
            crc = TABLES[0][(int) (crc ^ bytes[at]) & 0xff] ^ crc >>> 8;
        }
        return crc;
    }
}
