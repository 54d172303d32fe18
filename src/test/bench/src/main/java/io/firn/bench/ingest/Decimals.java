package io.firn.bench.ingest;

import java.math.BigInteger;
import java.util.Base64;

/** How Debezium writes a decimal: its {@code decimal.handling.mode}. */
public enum Decimals {
    /** The unscaled number's two's complement bytes in Base64; Debezium's default. */
    PRECISE {
        @Override
        void put(Bytes out, long cents) {
            out.put(Base64.getEncoder().encode(BigInteger.valueOf(cents).toByteArray()));
        }
    },
    /** Digits with a point. */
    STRING {
        @Override
        void put(Bytes out, long cents) {
            out.put(cents / 100).put('.').putPadded(cents % 100, 2);
        }
    };

    abstract void put(Bytes out, long cents);
}
