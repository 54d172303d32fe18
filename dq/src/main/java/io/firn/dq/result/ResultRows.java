package io.firn.dq.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.catalog.config.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Results as rows of DuckDB. */
final class ResultRows {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Map<String, String>>> SAMPLE = new TypeReference<>() {};

    private ResultRows() {}

    static void append(DuckDBConnection connection, String table, List<Result> results) throws SQLException {
        try (DuckDBAppender row = connection.createAppender("temp", "main", table)) {
            for (Result result : results) {
                append(row, result);
            }
        }
    }

    private static void append(DuckDBAppender row, Result result) throws SQLException {
        row.beginRow().append(result.runId()).append(result.table());
        row.append(result.expectation()).append(result.kind());
        row.append(text(result.severity()));
        row.append(result.snapshotId());
        row.append(result.cut()).append(result.day());
        row.append(result.moment().text()).append(result.verdict().text());
        row.append(result.measured()).append(result.threshold());
        row.append(result.detail()).append(result.failing());
        row.append(json(result.sample())).append(result.scope().text());
        row.append(result.state());
        row.append(result.took().toMillis()).appendEpochMicros(micros(result.checkedAt()));
        row.append(result.alerted()).endRow();
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static String text(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private static String json(List<Map<String, String>> sample) {
        try {
            return JSON.writeValueAsString(sample);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Result read(ResultSet row) throws SQLException {
        return new Result(
                row.getString("run_id"),
                row.getString("table_name"),
                row.getString("expectation"),
                row.getString("kind"),
                Severity.valueOf(row.getString("severity").toUpperCase(Locale.ROOT)),
                whole(row, "snapshot_id"),
                row.getLong("cut"),
                row.getObject("day", LocalDate.class),
                Moment.parse(row.getString("moment")),
                Verdict.parse(row.getString("verdict")),
                number(row, "measured"),
                number(row, "threshold"),
                row.getString("detail"),
                row.getLong("failing"),
                sample(row.getString("sample")),
                Scope.parse(row.getString("scope")),
                row.getString("state"),
                Duration.ofMillis(row.getLong("took_ms")),
                row.getObject("checked_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("alerted"));
    }

    private static @Nullable Long whole(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : (Double) value;
    }

    private static List<Map<String, String>> sample(String json) {
        try {
            return JSON.readValue(json, SAMPLE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
