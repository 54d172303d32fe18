package io.firn.bench.ingest;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.stream.IntStream;

/** Which version of which row the table holds. */
public final class TableState {

    static final int ABSENT = -1;

    private static final int ROWS_AT_ONCE = 16_384;

    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    /** By key, from 1: the number of the change that made the row, or {@link #ABSENT}. */
    private final int[] versions;

    TableState(int[] versions) {
        this.versions = versions;
    }

    public long rowCount() {
        return keys().filter(this::contains).count();
    }

    boolean contains(int productId) {
        return versions[productId] != ABSENT;
    }

    /** Number of the change that made the row. */
    int version(int productId) {
        return versions[productId];
    }

    /** All keys that were ever in the table, ascending. */
    IntStream keys() {
        return IntStream.range(1, versions.length);
    }

    /** The digest of all rows, in any order: {@link #digestSql} computes the same from a table. */
    public Digest digest() {
        int chunks = (versions.length + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
        return IntStream.range(0, chunks)
                .parallel()
                .mapToObj(chunk -> digest(chunk * ROWS_AT_ONCE))
                .reduce(Digest.EMPTY, Digest::plus);
    }

    private Digest digest(int from) {
        MessageDigest md5 = md5();
        Bytes text = new Bytes();
        Digest digest = Digest.EMPTY;
        for (int key = Math.max(from, 1); key < Math.min(from + ROWS_AT_ONCE, versions.length); key++) {
            if (contains(key)) {
                text.clear();
                Product.text(text, key, versions[key]);
                digest = digest.plus(row(md5.digest(text.toArray())));
            }
        }
        return digest;
    }

    private static Digest row(byte[] md5) {
        ByteBuffer bytes = ByteBuffer.wrap(md5);
        BigInteger upper = unsigned(bytes.getLong());
        return new Digest(1, unsigned(bytes.getLong()), upper);
    }

    private static BigInteger unsigned(long value) {
        BigInteger signed = BigInteger.valueOf(value);
        return value < 0 ? signed.add(TWO_TO_64) : signed;
    }

    /** DuckDB's SQL for {@link #digest} over {@code table}: columns {@code rows}, {@code lower} and {@code upper}. */
    public static String digestSql(String table) {
        return """
                SELECT count(*) AS rows,
                  sum(('0x' || substr(md5, 17, 16))::UBIGINT) AS lower, sum(('0x' || substr(md5, 1, 16))::UBIGINT) AS upper
                FROM (
                  SELECT md5(concat_ws('|', product_id, sku, title, brand, category, price, currency, inventory_status,
                    featured, warehouse, weight_g, epoch_us(updated_at))) AS md5
                  FROM %s)
                """.formatted(table);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Number of rows, and the sums of the last and the first eight bytes of the MD5 of each row's text, read as
     * unsigned big-endian numbers, as Snowflake's {@code MD5_NUMBER_LOWER64} does. DuckDB's {@code md5_number_lower}
     * reads them the other way round.
     */
    public record Digest(long rows, BigInteger lower, BigInteger upper) {

        static final Digest EMPTY = new Digest(0, BigInteger.ZERO, BigInteger.ZERO);

        Digest plus(Digest other) {
            return new Digest(rows + other.rows, lower.add(other.lower), upper.add(other.upper));
        }
    }
}
