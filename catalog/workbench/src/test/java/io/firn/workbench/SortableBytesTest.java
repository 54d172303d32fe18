package io.firn.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Iceberg's own comparators say in which order values are. */
class SortableBytesTest {
    private static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(Types.BooleanType.get(), List.of(true, false)),
                Arguments.of(Types.IntegerType.get(), List.of(0, -1, 1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE)),
                Arguments.of(Types.LongType.get(), List.of(0L, -1L, 1L, 256L, Long.MIN_VALUE, Long.MAX_VALUE)),
                Arguments.of(Types.TimeType.get(), List.of(0L, 1L, 86_399_999_999L)),
                Arguments.of(Types.TimestampNanoType.withZone(), List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)),
                Arguments.of(
                        Types.FloatType.get(),
                        List.of(0f, -0f, 1f, -1f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY)),
                Arguments.of(
                        Types.DoubleType.get(),
                        List.of(0d, -0d, 1.5d, -1.5d, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY)),
                Arguments.of(
                        Types.DecimalType.of(38, 2),
                        List.of(
                                new BigDecimal("0.00"),
                                new BigDecimal("-0.01"),
                                new BigDecimal("2.56"),
                                new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE), 2),
                                new BigDecimal(BigInteger.ONE.subtract(BigInteger.TEN.pow(38)), 2))),
                Arguments.of(
                        Types.StringType.get(),
                        List.of("", "\0", "a", "a\0", "a\0b", "aa", "ab", "ä", "\uFFFD", "\uD83D\uDE00")),
                Arguments.of(
                        Types.UUIDType.get(),
                        List.of(new UUID(0, 0), new UUID(0, -1), new UUID(-1, 0), new UUID(Long.MIN_VALUE, 1))),
                Arguments.of(
                        Types.BinaryType.get(),
                        Stream.of("", "00", "0000", "00ff", "01", "7f", "80", "ff00", "ff")
                                .map(SortableBytesTest::bytes)
                                .toList()),
                Arguments.of(
                        Types.FixedType.ofLength(2),
                        Stream.of("0000", "0001", "00ff", "0100", "8000", "ffff")
                                .map(SortableBytesTest::bytes)
                                .toList()));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @MethodSource("values")
    void bytesAreInTheOrderOfTheirValues(Type.PrimitiveType type, List<Object> values) {
        Comparator<Object> comparator = Comparators.forType(type);
        for (Object left : values) {
            for (Object right : values) {
                assertThat(Integer.signum(Arrays.compareUnsigned(key(type, left), key(type, right))))
                        .as("%s and %s", left, right)
                        .isEqualTo(Integer.signum(comparator.compare(left, right)));
            }
        }
    }

    private static byte[] key(Type type, Object value) {
        ByteSink sink = new ByteSink();
        SortableBytes.put(sink, type, value);
        return sink.toArray();
    }
}
