package io.firn.dq.verify;

import io.firn.workbench.DigestSql;
import io.firn.workbench.Sql;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type.TypeID;

/** A division of all keys into a few thousand parts, the same on both sides. */
sealed interface Buckets {
    /** Returns an expression for the bucket of a row, as text. */
    String of(Side side);

    /** Returns a condition that holds for the rows of one bucket. */
    String condition(Side side, String bucket);

    /** Ranges of the first key column where it is a whole number, which an index can find; otherwise by hash. */
    static Buckets choose(Side lake, Side postgres) {
        TypeID type = lake.key().get(0).type().typeId();
        if (type != TypeID.INTEGER && type != TypeID.LONG) {
            return new OfHash();
        }
        String column = lake.key().get(0).name();
        List<BigInteger> bounds = new ArrayList<>(lake.bounds(column));
        bounds.addAll(postgres.bounds(column));
        return OfRange.covering(column, bounds);
    }

    /** Keys whose canonical text has an MD5 that begins with the same three digits. */
    record OfHash() implements Buckets {
        @Override
        public String of(Side side) {
            return "substr(md5(" + side.keyText() + "), 1, 3)";
        }

        @Override
        public String condition(Side side, String bucket) {
            return of(side) + " = " + Sql.literal(bucket);
        }
    }

    /** Keys whose first column lies between two numbers. */
    record OfRange(String column, BigInteger least, BigInteger width) implements Buckets {
        private static final BigInteger COUNT = BigInteger.valueOf(1024);

        static OfRange covering(String column, List<BigInteger> numbers) {
            BigInteger least = numbers.stream().min(BigInteger::compareTo).orElse(BigInteger.ZERO);
            BigInteger greatest = numbers.stream().max(BigInteger::compareTo).orElse(BigInteger.ZERO);
            return new OfRange(
                    column, least, greatest.subtract(least).divide(COUNT).add(BigInteger.ONE));
        }

        @Override
        public String of(Side side) {
            String number = Sql.identifier(column);
            return side.dialect() == DigestSql.POSTGRESQL
                    ? "CAST(div(CAST(%s AS numeric) - (%s), %s) AS text)".formatted(number, least, width)
                    : "CAST((CAST(%s AS HUGEINT) - (%s)) // %s AS VARCHAR)".formatted(number, least, width);
        }

        @Override
        public String condition(Side side, String bucket) {
            BigInteger from = least.add(width.multiply(new BigInteger(bucket)));
            BigInteger last = from.add(width).subtract(BigInteger.ONE).min(BigInteger.valueOf(Long.MAX_VALUE));
            return "%s BETWEEN %s AND %s".formatted(Sql.identifier(column), from, last);
        }
    }
}
