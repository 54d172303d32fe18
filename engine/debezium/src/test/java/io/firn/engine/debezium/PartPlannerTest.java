package io.firn.engine.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.engine.debezium.PartPlanner.Pages;
import io.firn.engine.seed.SeedPart;
import io.firn.engine.seed.SeedSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartPlannerTest {
    private static final long PART_BYTES = 1 << 20;

    private static TestServer server;

    @BeforeAll
    static void startServer(@TempDir Path folder) {
        server = new TestServer(folder.resolve("data"), "logical");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() {
        server.freshDatabase();
    }

    @Test
    void aWideHistoryIsDividedIntoPartsOfAsManyRowsInEachOfItsPartitions() throws SQLException {
        String prices = IntStream.range(0, 40)
                .mapToObj(i -> "price_" + i + " numeric(12,2)")
                .collect(Collectors.joining(", "));
        String values = IntStream.range(0, 40)
                .mapToObj(i -> "i / %d.0".formatted(i + 1))
                .collect(Collectors.joining(", "));
        server.run(
                "CREATE TABLE history (product bigint, at int, %s, PRIMARY KEY (product, at)) PARTITION BY RANGE (at)"
                        .formatted(prices),
                "CREATE TABLE history_old PARTITION OF history FOR VALUES FROM (0) TO (15000)",
                "CREATE TABLE history_new PARTITION OF history FOR VALUES FROM (15000) TO (20000)",
                "INSERT INTO history SELECT i %% 20, i, %s FROM generate_series(0, 19999) AS i"
                        .formatted(values)
                        .replace("%%", "%"),
                "ANALYZE");
        List<Long> rows = rowsOfParts("public.history");
        assertThat(rows).hasSize(7);
        assertThat(total(rows)).isEqualTo(20_000);
        assertThat(total(rows.subList(0, 2))).as("the new ones").isEqualTo(5_000);
        assertThat(List.of(rows.get(0), rows.get(2), rows.get(3), rows.get(4), rows.get(5)))
                .as("all but the last part of each partition")
                .allSatisfy(part -> assertThat(part).isBetween(3_000L, 3_400L));
    }

    @Test
    void longValuesCountThoughTheyLieElsewhere() throws SQLException {
        server.run(
                "ALTER TABLE item ALTER name SET STORAGE EXTERNAL",
                "INSERT INTO item SELECT i, repeat('x', 3000) FROM generate_series(1, 4000) AS i",
                "ANALYZE");
        List<Long> rows = rowsOfParts("public.item");
        assertThat(rows)
                .hasSizeBetween(12, 40)
                .allSatisfy(part -> assertThat(part * 3000).isLessThan(PART_BYTES));
        assertThat(total(rows)).isEqualTo(4_000);
    }

    /** Takes no row. */
    private static final class FullDisk implements SeedSource.RowSink {
        @Override
        public void row(byte[] csv) {
            throw new IllegalStateException("no room");
        }

        @Override
        public void file(Path csv, long rows, int longestRow) {
            throw new IllegalStateException("no room");
        }
    }

    @Test
    void aReaderThatFailsIsHeardAndNotTheServerThatIsToldToStop() throws SQLException {
        for (int i = 0; i < 10; i++) {
            try (Connection connection = server.connect()) {
                String rows = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT";
                assertThatThrownBy(() -> PostgresPartReader.copy(connection, rows, new FullDisk()))
                        .hasMessage("no room");
                assertThat(connection.isClosed()).isTrue();
            }
        }
    }

    private static long total(List<? extends Long> rows) {
        return rows.stream().mapToLong(Long::longValue).sum();
    }

    private static List<Long> rowsOfParts(String table) throws SQLException {
        try (Connection connection = server.connect()) {
            return new PartPlanner(PART_BYTES)
                    .plan(connection, table, "job").parts().stream()
                            .map(SeedPart::place)
                            .map(place -> Pages.parse(place).from("t"))
                            .map(from -> Long.valueOf(server.text("SELECT count(*) FROM " + from)))
                            .toList();
        }
    }
}
