package io.firn.engine.ingest;

import io.firn.catalog.FirnException;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import io.firn.workbench.Sql;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** The raw records of changes that lack values, in DuckDB, until the values are found or the record is quarantined. */
final class IncompleteRecords implements AutoCloseable {
    private final DuckDBConnection connection;
    private final String table;
    private final String topic;
    private @Nullable DuckDBAppender appender;
    private long kept;

    IncompleteRecords(DuckDBConnection connection, String name, String topic) {
        this.connection = connection;
        this.table = "incomplete:" + name;
        this.topic = topic;
        execute("CREATE OR REPLACE TABLE %s (part INTEGER, off BIGINT, lsn BIGINT, key BLOB, value BLOB)"
                .formatted(Sql.identifier(table)));
    }

    void keep(SourceRecord record, long lsn) {
        try {
            DuckDBAppender row = appender;
            if (row == null) {
                row = connection.createAppender(table);
                appender = row;
            }
            row.beginRow().append(record.partition()).append(record.offset()).append(lsn);
            append(row, record.key());
            append(row, record.value());
            row.endRow();
            kept++;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static void append(DuckDBAppender row, byte @Nullable [] bytes) throws SQLException {
        if (bytes == null) {
            row.appendNull();
        } else {
            row.append(bytes);
        }
    }

    /** @return SQL that is true for the changes of a buffer, which is called {@code c}, whose records are kept */
    String isKept() {
        try {
            closeAppender();
        } catch (SQLException e) {
            throw failed(e);
        }
        return "(c.part, c.off) IN (SELECT (part, off) FROM %s)".formatted(Sql.identifier(table));
    }

    /** @return whether any record is kept */
    boolean isEmpty() {
        return kept == 0;
    }

    /** Is told a record. */
    @FunctionalInterface
    interface Visitor {
        void record(SourceRecord record, long lsn);
    }

    void find(int partition, long offset, Visitor visitor) {
        try {
            closeAppender();
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT key, value, lsn FROM %s WHERE part = ? AND off = ? LIMIT 1"
                            .formatted(Sql.identifier(table)))) {
                query.setInt(1, partition);
                query.setLong(2, offset);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) {
                        throw new IllegalStateException("record " + offset + " of " + topic + " was not kept");
                    }
                    visitor.record(
                            new SourceRecord(topic, partition, offset, row.getBytes(1), row.getBytes(2)),
                            row.getLong(3));
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** @param next for each partition the first offset that is still to be kept */
    void forget(Map<Partition, Long> next) {
        if (kept == 0) {
            return;
        }
        try {
            closeAppender();
            try (Statement statement = connection.createStatement()) {
                for (Map.Entry<Partition, Long> end : next.entrySet()) {
                    if (end.getKey().topic().equals(topic)) {
                        kept -= statement.executeUpdate("DELETE FROM %s WHERE part = %d AND off < %d"
                                .formatted(Sql.identifier(table), end.getKey().number(), end.getValue()));
                    }
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void closeAppender() throws SQLException {
        if (appender != null) {
            appender.close();
            appender = null;
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private FirnException failed(SQLException cause) {
        return FirnException.internal("incomplete records of " + topic + " could not be kept", cause);
    }

    @Override
    public void close() {
        try {
            closeAppender();
        } catch (SQLException e) {
            throw failed(e);
        }
        execute("DROP TABLE IF EXISTS " + Sql.identifier(table));
    }
}
