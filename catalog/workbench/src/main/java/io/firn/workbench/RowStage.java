package io.firn.workbench;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Rows as bytes in a temporary table of DuckDB, which sorts them within its memory and spills what is too much. */
final class RowStage implements AutoCloseable {
    private static final String TABLE = "firn:rows";
    private static final String SORTED = "firn:rows:sorted";
    private static final String KEY = "firn:key";
    private static final String NUMBER = "firn:number";
    private static final String ROW = "firn:row";
    /** What waits in memory before DuckDB takes it; DuckDB itself counts rows, however wide they are. */
    private static final int FLUSHED_BYTES = 16 << 20;

    private final DuckDBConnection connection;
    private final RowBytes bytes;
    private final RowOrder order;
    private final List<RowOrder> cluster;
    private final DuckDBAppender appender;
    private long rows;
    private long waiting;

    private RowStage(
            DuckDBConnection connection,
            RowBytes bytes,
            RowOrder order,
            List<RowOrder> cluster,
            DuckDBAppender appender) {
        this.connection = connection;
        this.bytes = bytes;
        this.order = order;
        this.cluster = cluster;
        this.appender = appender;
    }

    /**
     * Makes an empty stage.
     *
     * @param connection on which no other stage is open
     * @param cluster columns that rows are to be near each other in, in place of the order; none for the order
     */
    static RowStage open(DuckDBConnection connection, Schema schema, RowOrder order, List<String> cluster)
            throws SQLException {
        List<RowOrder> columns = cluster.stream()
                .map(column -> RowOrder.of(schema, schema.findField(column)))
                .toList();
        String clustered = IntStream.range(0, columns.size())
                .mapToObj(i -> ", " + Sql.identifier(clusterColumn(i)) + " BLOB")
                .collect(Collectors.joining());
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE %s (%s BLOB, %s BIGINT, %s BLOB%s)"
                    .formatted(
                            Sql.identifier(TABLE),
                            Sql.identifier(KEY),
                            Sql.identifier(NUMBER),
                            Sql.identifier(ROW),
                            clustered));
        }
        DuckDBAppender appender = connection.createAppender("temp", "main", TABLE);
        return new RowStage(connection, new RowBytes(schema.asStruct()), order, columns, appender);
    }

    private static String clusterColumn(int i) {
        return "firn:cluster:" + i;
    }

    /** Copies a row. */
    void add(StructLike row) throws SQLException {
        byte[] key = order.key(row);
        byte[] values = bytes.write(row);
        appender.beginRow();
        appender.append(key);
        appender.append(rows++);
        appender.append(values);
        for (RowOrder column : cluster) {
            appender.append(column.key(row));
        }
        appender.endRow();
        waiting += key.length + values.length;
        if (waiting > FLUSHED_BYTES) {
            appender.flush();
            waiting = 0;
        }
    }

    /**
     * Returns all rows in order, equal ones as they came; no more can be added. They are sorted before the first is
     * read, since what fails while rows are read is not told.
     */
    SortedRows sorted() throws SQLException {
        appender.close();
        String by = cluster.isEmpty() ? Sql.identifier(KEY) : curve();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s ORDER BY %s, %s"
                    .formatted(
                            Sql.identifier(SORTED),
                            Sql.identifier(ROW),
                            Sql.identifier(TABLE),
                            by,
                            Sql.identifier(NUMBER)));
            statement.execute(drop(TABLE));
        }
        return new SortedRows(connection, bytes, "SELECT * FROM " + Sql.identifier(SORTED));
    }

    private static String drop(String table) {
        return "DROP TABLE IF EXISTS temp." + Sql.identifier(table);
    }

    private String curve() {
        List<String> columns = IntStream.range(0, cluster.size())
                .mapToObj(RowStage::clusterColumn)
                .toList();
        return ClusterOrder.sql(connection, Sql.identifier(TABLE), columns, column -> "BLOB");
    }

    @Override
    public void close() throws SQLException {
        if (!appender.isClosed()) {
            appender.close();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(drop(TABLE));
            statement.execute(drop(SORTED));
        }
    }
}
