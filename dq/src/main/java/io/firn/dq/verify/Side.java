package io.firn.dq.verify;

import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import io.firn.workbench.DigestSql;
import io.firn.workbench.DuckFailures;
import io.firn.workbench.Sql;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One of the two engines and the relation it is asked about.
 *
 * @param relation quoted, as after FROM
 */
record Side(
        DigestSql dialect, Connection connection, String relation, List<DigestColumn> columns, List<DigestColumn> key) {
    private static final int FETCHED_ROWS = 10_000;

    /** A row by its key: the key's canonical text, and the MD5 of the row's. */
    record Hashed(String key, String hash) {}

    Digest digest() {
        return read(dialect.sql(columns, relation), rows -> Digest.read(rows, 1))
                .get(0);
    }

    Map<String, Digest> digests(Buckets buckets) {
        Map<String, Digest> digests = new LinkedHashMap<>();
        read(
                dialect.sql(columns, relation, null, buckets.of(this)),
                rows -> digests.put(rows.getString(1), Digest.read(rows, 2)));
        return digests;
    }

    /** Returns the least and the greatest value of a whole-number column; nothing when there are no rows. */
    List<BigInteger> bounds(String column) {
        String sql = "SELECT CAST(min(%1$s) AS VARCHAR), CAST(max(%1$s) AS VARCHAR) FROM %2$s HAVING count(*) > 0"
                .formatted(Sql.identifier(column), relation);
        List<BigInteger> numbers = new ArrayList<>();
        read(
                sql,
                row -> numbers.add(new BigInteger(row.getString(1))) && numbers.add(new BigInteger(row.getString(2))));
        return numbers;
    }

    String keyText() {
        return dialect.rowText(key);
    }

    List<Hashed> hashes(String where) {
        return read(
                "SELECT %s, %s FROM %s WHERE %s".formatted(keyText(), dialect.rowHash(columns), relation, where),
                row -> new Hashed(row.getString(1), row.getString(2)));
    }

    /**
     * A row as people read it.
     *
     * @param texts each column's own text
     * @param canonical each column's canonical text
     */
    record Shown(Map<String, @Nullable String> texts, Map<String, String> canonical) {}

    /** Returns the rows of some keys, by the key's canonical text; of a doubled key any one. */
    Map<String, Shown> shown(String where, Collection<String> keys) {
        String values = columns.stream()
                .map(column -> "CAST(%s AS VARCHAR), %s"
                        .formatted(Sql.identifier(column.name()), dialect.rowText(List.of(column))))
                .collect(Collectors.joining(", "));
        String sql = "SELECT %1$s, %2$s FROM %3$s WHERE %4$s AND %1$s IN (%5$s)"
                .formatted(keyText(), values, relation, where, Sql.literals(keys));
        Map<String, Shown> shown = new LinkedHashMap<>();
        read(sql, row -> shown.put(row.getString(1), shown(row)));
        return shown;
    }

    private Shown shown(ResultSet row) throws SQLException {
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        Map<String, String> canonical = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            texts.put(columns.get(i).name(), row.getString(2 * i + 2));
            canonical.put(columns.get(i).name(), row.getString(2 * i + 3));
        }
        return new Shown(texts, canonical);
    }

    private interface RowReader<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    private <T extends @Nullable Object> List<T> read(String sql, RowReader<T> reader) {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCHED_ROWS);
            try (ResultSet rows = statement.executeQuery(sql)) {
                List<T> read = new ArrayList<>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        } catch (SQLException e) {
            throw dialect == DigestSql.POSTGRESQL
                    ? SourceMoment.failure(e)
                    : DuckFailures.translate("comparing with the source", e);
        }
    }
}
