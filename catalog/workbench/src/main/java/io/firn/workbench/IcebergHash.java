package io.firn.workbench;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.iceberg.util.BucketUtil;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;

/**
 * Iceberg's 32-bit Murmur3 (specification, appendix B) as DuckDB functions, computed by Iceberg's own code.
 *
 * <p>Blobs, uuids and decimals arrive as text: hexadecimal digits, and decimal digits with their full scale.
 */
enum IcebergHash {
    LONG(DuckDBColumnType.BIGINT),
    TEXT(DuckDBColumnType.VARCHAR),
    HEX(DuckDBColumnType.VARCHAR),
    DECIMAL(DuckDBColumnType.VARCHAR);

    private final DuckDBColumnType type;

    IcebergHash(DuckDBColumnType type) {
        this.type = type;
    }

    private int hash(DuckDBReadableVector input, long row) {
        return switch (this) {
            case LONG -> BucketUtil.hash(input.getLong(row));
            case TEXT -> BucketUtil.hash(input.getString(row));
            case HEX -> BucketUtil.hash(HexFormat.of().parseHex(input.getString(row)));
            case DECIMAL -> BucketUtil.hash(new BigDecimal(input.getString(row)));
        };
    }

    /** Returns a call of the function; null for null. */
    String call(String argument) {
        return function() + "(" + argument + ")";
    }

    private String function() {
        return "firn_murmur3_" + name().toLowerCase(Locale.ROOT);
    }

    /** Makes the functions known to the whole database of a connection. */
    static void register(Connection connection) throws SQLException {
        for (IcebergHash hash : values()) {
            hash.registerAt(connection);
        }
    }

    private void registerAt(Connection connection) throws SQLException {
        try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
            builder.withName(function())
                    .withParameter(type)
                    .withReturnType(DuckDBColumnType.INTEGER)
                    .withVectorizedFunction((chunk, result) -> {
                        DuckDBReadableVector input = chunk.vector(0);
                        long rows = chunk.rowCount();
                        for (long row = 0; row < rows; row++) {
                            if (input.isNull(row)) {
                                result.setNull(row);
                            } else {
                                result.setInt(row, hash(input, row));
                            }
                        }
                    })
                    .register(connection);
        }
    }
}
