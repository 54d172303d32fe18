package io.firn.cli.demo;

import io.firn.demo.ShopTable;
import java.util.ArrayList;
import java.util.List;

/** The firn.yaml that the demo works with and leaves behind. */
final class DemoConfig {
    private DemoConfig() {}

    static String yaml(DemoServers servers) {
        List<String> tables = new ArrayList<>();
        for (ShopTable table : ShopTable.values()) {
            tables.add("  %s: { source: %s, key: [%s], partition-by: [%s], sort-by: [%s] }"
                    .formatted(
                            table.table(),
                            table.qualified(),
                            String.join(", ", table.key()),
                            partition(table),
                            String.join(", ", table.key())));
        }
        return """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
                  namespace: atlas
                source:
                  type: kafka
                  bootstrap-servers: "%s"
                  topic-prefix: %s
                  postgres: { url: "%s", user: %s, password: "${FIRN_PG_PASSWORD:-demo}" }
                tables:
                %s
                commit: { interval: 2s, rows: 1000000, bytes: 256MB }
                snapshots: { zone: UTC, close: marker, retain: 24 months }
                serving:
                  redis:
                    uri: "redis://localhost:%d"
                    tables: { product: { key: "product:{product_id}" }, price: { key: "price:{product_id}:{market}" } }
                """.formatted(
                        servers.kafka().bootstrapServers(),
                        DemoServers.TOPIC_PREFIX,
                        servers.postgres().jdbcUrl(),
                        servers.postgres().user(),
                        String.join("\n", tables),
                        servers.redis().port());
    }

    private static String partition(ShopTable table) {
        return switch (table) {
            case PRODUCT, PRICE, INVENTORY -> "\"bucket(2, product_id)\"";
            default -> "";
        };
    }
}
