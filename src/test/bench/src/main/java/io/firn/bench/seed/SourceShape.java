package io.firn.bench.seed;

import io.firn.catalog.SourceColumn;
import io.firn.catalog.SourceTable;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    /** Makes the table and its rows. */
    void fill(Statement statement, String table, long rows) throws SQLException {
        String columns = String.join(
                ", ",
                columns().stream()
                        .map(column -> column.name() + " " + column.type())
                        .toList());
        statement.execute("CREATE TABLE %s (%s)".formatted(table, columns));
        statement.execute("INSERT INTO %s SELECT %s FROM generate_series(1, %d) AS i"
                .formatted(table, row().replace("%1$d", Long.toString(rows)), rows));
        statement.execute("ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(table, String.join(", ", key)));
        statement.execute("VACUUM ANALYZE " + table);
        statement.execute("CHECKPOINT");
    }
}
