package io.firn.workbench;

/**
 * The sums of a digest in DuckDB. Its {@code md5_number} has the hash's bytes in reverse; turning the two halves round
 * by shifts, a power of two of bytes at a time, costs an eighth of what parsing hexadecimal digits does.
 */
final class DuckSums {
    private static final String HALF = "18446744073709551615::UHUGEINT";

    private DuckSums() {}

    static String sql(String hashed, String group) {
        String halves = "SELECT %s CAST(hash >> 64 AS UBIGINT) AS lower, CAST(hash & %s AS UBIGINT) AS upper FROM (%s)"
                .formatted(group, HALF, hashed);
        String bytes = swapped(group, 8, "71777214294589695", halves);
        String pairs = swapped(group, 16, "281470681808895", bytes);
        String words = swapped(group, 32, "4294967295", pairs);
        return "SELECT %s count(*) AS rows, coalesce(sum(lower), 0) AS lower, coalesce(sum(upper), 0) AS upper FROM (%s)"
                .formatted(group, words);
    }

    /** Swaps neighbours of so many bits; the mask keeps every other one. */
    private static String swapped(String group, int bits, String mask, String from) {
        return "SELECT %s %s AS lower, %s AS upper FROM (%s)"
                .formatted(group, swap("lower", bits, mask), swap("upper", bits, mask), from);
    }

    private static String swap(String value, int bits, String mask) {
        return "((%1$s & %3$s::UBIGINT) << %2$d) | ((%1$s >> %2$d) & %3$s::UBIGINT)".formatted(value, bits, mask);
    }
}
