package io.firn.engine.decode;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.config.BinaryHandling;
import io.firn.catalog.config.DecimalHandling;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.SourceType;
import io.firn.catalog.config.TimePrecision;
import io.firn.engine.decode.Wire.Form;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How the connector writes what a record alone does not tell.
 *
 * @param decimals Debezium's {@code decimal.handling.mode}
 * @param precision Debezium's {@code time.precision.mode}
 * @param binary Debezium's {@code binary.handling.mode}
 * @param unavailable Debezium's {@code unavailable.value.placeholder}
 */
public record SourceEncoding(
        DecimalHandling decimals, TimePrecision precision, BinaryHandling binary, String unavailable) {
    /** Debezium's placeholder for a TOASTed value that an update left alone. */
    public static final String UNAVAILABLE = "__debezium_unavailable_value";

    /** Of a connector in this process: everything in the form that loses nothing. */
    public static final SourceEncoding IN_PROCESS =
            new SourceEncoding(DecimalHandling.STRING, TimePrecision.MICROSECONDS, BinaryHandling.BYTES, UNAVAILABLE);

    /** Debezium's defaults but for two modes. */
    public SourceEncoding(DecimalHandling decimals, TimePrecision precision) {
        this(decimals, precision, BinaryHandling.BYTES, UNAVAILABLE);
    }

    /** @return what a configuration says of its source */
    public static SourceEncoding of(SourceConfig source) {
        return source.type() == SourceType.POSTGRES
                ? IN_PROCESS
                : new SourceEncoding(
                        source.decimalHandling(), source.timePrecision(), source.binaryHandling(), UNAVAILABLE);
    }

    /**
     * Finds columns whose records before and after a change of their type look alike and mean something else. Records
     * that say how they are written leave nothing open.
     *
     * @param lake the columns with the types they had, as docs
     * @param declared the columns with the types they have
     * @return their names
     */
    public List<String> ambiguities(Schema lake, List<SourceColumn> declared) {
        return declared.stream()
                .filter(column -> {
                    NestedField before = lake.findField(column.name());
                    return before != null
                            && before.doc() != null
                            && looksAlike(
                                    Wire.of(ColumnType.of(before.doc()), this),
                                    Wire.of(ColumnType.of(column.type()), this));
                })
                .map(SourceColumn::name)
                .toList();
    }

    private static boolean looksAlike(Wire before, Wire now) {
        return !before.equals(now) && kind(before.form()) == kind(now.form()) && before.items() == null;
    }

    /** Forms of one kind cannot be told apart by what they look like. */
    private static Form kind(Form form) {
        return switch (form) {
            case INTEGER,
                    DATE,
                    TIME_MILLIS,
                    TIME_MICROS,
                    TIME_NANOS,
                    TIMESTAMP_MILLIS,
                    TIMESTAMP_MICROS,
                    TIMESTAMP_NANOS,
                    MICRO_DURATION -> Form.INTEGER;
            case UNSCALED, BASE64, BITS -> Form.BASE64;
            default -> form;
        };
    }

    Form bytes() {
        return switch (binary) {
            case BYTES, BASE64 -> Form.BASE64;
            case BASE64_URL_SAFE -> Form.BASE64_URL;
            case HEX -> Form.HEX;
        };
    }

    Times times() {
        return new Times(precision);
    }

    /** How dates and times are written in a mode. */
    record Times(TimePrecision mode) {
        private static final int MILLIS = 3;

        Form date() {
            return mode == TimePrecision.ISOSTRING ? Form.ISO_DATE : Form.DATE;
        }

        Form time(ColumnType type) {
            return switch (mode) {
                case ADAPTIVE -> toMillis(type) ? Form.TIME_MILLIS : Form.TIME_MICROS;
                case ADAPTIVE_TIME_MICROSECONDS, MICROSECONDS -> Form.TIME_MICROS;
                case CONNECT -> Form.TIME_MILLIS;
                case ISOSTRING -> Form.ISO_TIME;
                case NANOSECONDS -> Form.TIME_NANOS;
            };
        }

        Form timestamp(ColumnType type) {
            return switch (mode) {
                case ADAPTIVE, ADAPTIVE_TIME_MICROSECONDS ->
                    toMillis(type) ? Form.TIMESTAMP_MILLIS : Form.TIMESTAMP_MICROS;
                case MICROSECONDS -> Form.TIMESTAMP_MICROS;
                case CONNECT -> Form.TIMESTAMP_MILLIS;
                case ISOSTRING -> Form.ISO_TIMESTAMP;
                case NANOSECONDS -> Form.TIMESTAMP_NANOS;
            };
        }

        private static boolean toMillis(ColumnType type) {
            return type.precision() >= 0 && type.precision() <= MILLIS;
        }
    }
}
