package io.firn.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FieldTextTest {

    @Test
    void valuesAreTextThatEveryClientReads() throws SQLException {
        assertThat(text(Types.DecimalType.of(12, 2), "12.5::DECIMAL(12,2)")).isEqualTo("12.50");
        assertThat(text(Types.LongType.get(), "9007199254740993")).isEqualTo("9007199254740993");
        assertThat(text(Types.BooleanType.get(), "true")).isEqualTo("true");
        assertThat(text(Types.DateType.get(), "DATE '2026-11-20'")).isEqualTo("2026-11-20");
        assertThat(text(Types.TimestampType.withZone(), "TIMESTAMPTZ '2026-11-20 11:00:00.5+01'"))
                .isEqualTo("2026-11-20T10:00:00.500000Z");
        assertThat(text(Types.TimestampType.withoutZone(), "TIMESTAMP '2026-11-20 10:00:00'"))
                .isEqualTo("2026-11-20T10:00:00.000000");
        assertThat(text(Types.ListType.ofOptional(1, Types.StringType.get()), "['a', NULL, 'ü\"']"))
                .isEqualTo("[\"a\",null,\"ü\\\"\"]");
        assertThat(text(Types.BinaryType.get(), "'\\x00\\xFF'::BLOB")).isEqualTo("AP8=");
        assertThat(text(Types.StringType.get(), "NULL::VARCHAR")).isNull();
    }

    private static @Nullable String text(Type type, String value) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            String select = "SELECT %s FROM (SELECT %s AS v)".formatted(FieldText.of(type, "v"), value);
            try (ResultSet row = statement.executeQuery(select)) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
