package io.firn.bench.seed;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import io.firn.demo.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** A table of PostgreSQL that is loaded. */
enum SourceShape {
    /** The reference row: 12 columns, 140 bytes of CSV. */
    REFERENCE(List.of("product_id")) {
        @Override
        List<SourceColumn> columns() {
            return List.of(
                    column("product_id", "bigint"),
                    column("sku", "text"),
                    column("title", "text"),
                    column("brand", "text"),
                    column("category", "text"),
                    column("price", "numeric(12,2)"),
                    column("currency", "text"),
                    column("inventory_status", "text"),
                    column("featured", "boolean"),
                    column("warehouse", "integer"),
                    column("weight_g", "integer"),
                    column("updated_at", "timestamp with time zone"));
        }

        @Override
        String row() {
            return """
                    i, 'SKU-' || i, 'Product number ' || i || ' ' || md5(i::text), 'brand-' || i % 1000, 'category-' || i % 200,
                    (i % 100000) / 100.0, 'EUR', CASE WHEN i % 3 = 0 THEN 'in_stock' ELSE 'backorder' END, i % 10 = 0, i % 50,
                    i % 20000, TIMESTAMPTZ '2026-01-01 00:00:00+00' + i * INTERVAL '1 second'
                    """;
        }
    },
    /** A wide history: 20 versions of each product, 42 columns, many of them null, in the order of time. */
    HISTORY(List.of("product_id", "valid_from")) {
        private static final int PRICES = 20;
        private static final int NOTES = 19;

        @Override
        List<SourceColumn> columns() {
            List<SourceColumn> columns = new ArrayList<>();
            columns.add(column("product_id", "bigint"));
            columns.add(column("valid_from", "timestamp with time zone"));
            columns.add(column("changed_by", "text"));
            for (int i = 0; i < PRICES; i++) {
                columns.add(column("price_" + i, "numeric(12,2)"));
            }
            for (int i = 0; i < NOTES; i++) {
                columns.add(column("attribute_" + i, "text"));
            }
            return columns;
        }

        @Override
        String row() {
            StringBuilder values = new StringBuilder(
                    "i % greatest(1, %1$d / 20), TIMESTAMPTZ '2025-01-01 00:00:00+00' + i * INTERVAL '1 second', 'user-' || i % 100");
            for (int i = 0; i < PRICES; i++) {
                values.append(", CASE WHEN i %% %d > 0 THEN (i * %d %% 1000000) / 100.0 END".formatted(i + 2, i + 7));
            }
            for (int i = 0; i < NOTES; i++) {
                values.append(
                        ", CASE WHEN i %% %d > 0 THEN 'value ' || i %% %d END".formatted(i % 4 + 2, 100 * i + 10));
            }
            return values.toString();
        }
    };

    private final List<String> key;

    SourceShape(List<String> key) {
        this.key = key;
    }

    abstract List<SourceColumn> columns();

    /** A column's type in PostgreSQL. */
    String type(String name) {
        return columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow()
                .type();
    }

    /** An expression for each column, over the row's number i. */
    abstract String row();

    private static SourceColumn column(String name, String type) {
        return new SourceColumn(name, type, false);
    }

    List<String> key() {
        return key;
    }

    SourceTable declared(String table) {
        List<SourceColumn> columns = columns().stream()
                .map(column -> new SourceColumn(column.name(), column.type(), key.contains(column.name())))
                .toList();
        return new SourceTable(table, columns, key);
    }

    static SourceShape named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Makes the table and its rows, in two processes of PostgreSQL at a time. */
    void fill(EmbeddedPostgres postgres, String table, long rows) throws Exception {
        String columns = columns().stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", "));
        run(postgres, "CREATE TABLE %s (%s)".formatted(table, columns));
        String select = row().replace("%1$d", Long.toString(rows));
        long half = rows / 2;
        FutureTask<Object> first = new FutureTask<>(() -> insert(postgres, table, select, 1, half));
        new Thread(first, "fill").start();
        insert(postgres, table, select, half + 1, rows);
        first.get();
        run(
                postgres,
                "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(table, String.join(", ", key)),
                "VACUUM ANALYZE " + table,
                "CHECKPOINT");
    }

    private static Object insert(EmbeddedPostgres postgres, String table, String select, long from, long to)
            throws SQLException {
        run(
                postgres,
                "INSERT INTO %s SELECT %s FROM generate_series(%d::bigint, %d) AS i"
                        .formatted(table, select, from, to));
        return table;
    }

    private static void run(EmbeddedPostgres postgres, String... statements) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
