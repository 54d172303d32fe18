package io.firn.workbench;

/**
 * The sums of a digest in DuckDB, whose {@code md5_number} has the hash's bytes in reverse. Each half is turned round
 * by shifts within its 32-bit words, and the words are summed apart: that costs a fraction of parsing hexadecimal
 * digits, and signed sums of small numbers are the cheapest that DuckDB has.
 */
final class DuckSums {
    private static final String HALF = "18446744073709551615::UHUGEINT";
    private static final String WORD = "4294967295::UBIGINT";

    private DuckSums() {}

    static String sql(String hashed, String group) {
        String halves = "SELECT %s CAST(hash >> 64 AS UBIGINT) AS lower, CAST(hash & %s AS UBIGINT) AS upper FROM (%s)"
                .formatted(group, HALF, hashed);
        String bytes = swapped(group, 8, "71777214294589695", halves);
        String words = swapped(group, 16, "281470681808895", bytes);
        return "SELECT %s count(*) AS rows, %s AS lower, %s AS upper FROM (%s)"
                .formatted(group, sum("lower"), sum("upper"), words);
    }

    /** Swaps neighbours of so many bits; the mask keeps every other one. */
    private static String swapped(String group, int bits, String mask, String from) {
        return "SELECT %s %s AS lower, %s AS upper FROM (%s)"
                .formatted(group, swap("lower", bits, mask), swap("upper", bits, mask), from);
    }

    private static String swap(String value, int bits, String mask) {
        return "((%1$s & %3$s::UBIGINT) << %2$d) | ((%1$s >> %2$d) & %3$s::UBIGINT)".formatted(value, bits, mask);
    }

    /** The first word of a half is the last here. */
    private static String sum(String half) {
        return "coalesce(sum(CAST(%1$s & %2$s AS BIGINT)), 0) * 4294967296::HUGEINT + coalesce(sum(CAST(%1$s >> 32 AS BIGINT)), 0)"
                .formatted(half, WORD);
    }
}
