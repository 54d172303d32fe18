package io.firn.bench.flink;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/** A decimal of two digits as Debezium writes it by default: its unscaled value, as bytes. */
public final class Unscaled extends ScalarFunction {
    private static final int SCALE = 2;

    /** Called by Flink. */
    public @DataTypeHint("DECIMAL(12, 2)") BigDecimal eval(byte[] bytes) {
        return bytes == null ? null : new BigDecimal(new BigInteger(bytes), SCALE);
    }
}
