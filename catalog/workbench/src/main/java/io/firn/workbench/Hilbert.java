package io.firn.workbench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;

/**
 * The place of a point on a Hilbert curve, as a DuckDB function of up to four coordinates: points that are near each
 * other on the curve are near in every dimension. (John Skilling, Programming the Hilbert curve, AIP Conference
 * Proceedings 707, 2004.)
 */
final class Hilbert {
    /** Bits of each coordinate. */
    static final int BITS = 8;

    static final int MAX_DIMENSIONS = 4;
    private static final String FUNCTION = "firn_hilbert";

    private Hilbert() {}

    /** Returns a call of the function; each argument is from 0 to 255. */
    static String call(List<String> coordinates) {
        return FUNCTION + coordinates.size() + "(" + String.join(", ", coordinates) + ")";
    }

    /** Makes the functions known to the whole database of a connection. */
    static void register(Connection connection) throws SQLException {
        for (int dimensions = 2; dimensions <= MAX_DIMENSIONS; dimensions++) {
            register(connection, dimensions);
        }
    }

    private static void register(Connection connection, int dimensions) throws SQLException {
        try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
            builder.withName(FUNCTION + dimensions).withReturnType(DuckDBColumnType.BIGINT);
            for (int i = 0; i < dimensions; i++) {
                builder.withParameter(DuckDBColumnType.INTEGER);
            }
            builder.withVectorizedFunction((chunk, result) -> {
                        DuckDBReadableVector[] inputs = new DuckDBReadableVector[dimensions];
                        for (int i = 0; i < dimensions; i++) {
                            inputs[i] = chunk.vector(i);
                        }
                        int[] point = new int[dimensions];
                        for (long row = 0; row < chunk.rowCount(); row++) {
                            for (int i = 0; i < dimensions; i++) {
                                point[i] = inputs[i].getInt(row);
                            }
                            result.setLong(row, index(point, BITS));
                        }
                    })
                    .register(connection);
        }
    }

    /**
     * Returns the place on the curve, from 0.
     *
     * @param point coordinates of {@code bits} bits; is changed
     */
    static long index(int[] point, int bits) {
        undoExcessWork(point, bits);
        grayEncode(point, bits);
        long index = 0;
        for (int bit = bits - 1; bit >= 0; bit--) {
            for (int coordinate : point) {
                index = index << 1 | (coordinate >> bit & 1);
            }
        }
        return index;
    }

    private static void undoExcessWork(int[] point, int bits) {
        for (int q = 1 << (bits - 1); q > 1; q >>= 1) {
            int p = q - 1;
            for (int i = 0; i < point.length; i++) {
                if ((point[i] & q) != 0) {
                    point[0] ^= p;
                } else {
                    int t = (point[0] ^ point[i]) & p;
                    point[0] ^= t;
                    point[i] ^= t;
                }
            }
        }
    }

    private static void grayEncode(int[] point, int bits) {
        for (int i = 1; i < point.length; i++) {
            point[i] ^= point[i - 1];
        }
        int t = 0;
        for (int q = 1 << (bits - 1); q > 1; q >>= 1) {
            if ((point[point.length - 1] & q) != 0) {
                t ^= q - 1;
            }
        }
        for (int i = 0; i < point.length; i++) {
            point[i] ^= t;
        }
    }
}
