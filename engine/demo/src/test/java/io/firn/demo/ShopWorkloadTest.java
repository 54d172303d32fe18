package io.firn.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.demo.WorkloadPlan.Truncates;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopWorkloadTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 18);
    private static final long SEED = 20261118;
    private static final DayClosed NOTHING = (day, connection) -> {};

    @TempDir
    static Path directory;

    static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = EmbeddedPostgres.start(directory.resolve("pg"));
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void severalSessionsLeaveEveryForeignKeyIntact() throws Exception {
        String url = shop("intact", 500);
        WorkloadCounts counts =
                new ShopWorkload(url, WorkloadPlan.of(FIRST, 2, 6000, SEED).with(Truncates.ONCE_A_DAY), NOTHING).run();

        assertThat(counts.changes()).as("seed %s", SEED).isBetween(12_000L, 13_000L);
        assertThat(counts.truncates()).isEqualTo(2);
        assertThat(List.of(counts.commits(), counts.rollbacks(), counts.inserts(), counts.updates(), counts.deletes()))
                .doesNotContain(0L);
        checkForeignKeys(url);
    }

    @Test
    void theSeededRowsAreConsistentThoughLoadedUnchecked() throws Exception {
        String url = shop("seeded", 2000);
        checkForeignKeys(url);
        assertThat(one(url, "SELECT count(*) FROM product")).isEqualTo("2000");
        assertThat(one(url, "SELECT count(*) FROM product WHERE title ~ '\"' AND title !~ '^[\\x01-\\x7f]*$'"))
                .isNotEqualTo("0");
        assertThat(one(url, "SELECT count(*) FROM product WHERE length(description) > 2000"))
                .isEqualTo("100");
    }

    @Test
    void oneSessionWithTheSameSeedLeavesTheSameRows() throws Exception {
        WorkloadPlan plan = WorkloadPlan.of(FIRST, 2, 4000, SEED).withSessions(1);
        List<Map<ShopTable, String>> outcomes = new ArrayList<>();
        List<WorkloadCounts> counts = new ArrayList<>();
        for (String name : List.of("first", "second")) {
            String url = shop(name, 300);
            counts.add(new ShopWorkload(url, plan, NOTHING).run());
            outcomes.add(contents(url));
        }
        assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
        assertThat(counts.get(1)).isEqualTo(counts.get(0));
    }

    @Test
    void anotherSeedLeavesOtherRows() throws Exception {
        String url = postgres.createDatabase("other");
        try (Connection connection = DriverManager.getConnection(url)) {
            ShopSchema.create(connection);
            ShopSchema.seed(connection, 300, SEED + 1, FIRST);
        }
        assertThat(contents(url).get(ShopTable.PRICE))
                .isNotEqualTo(contents(shop("one", 300)).get(ShopTable.PRICE));
    }

    @Test
    void daysAreClosedInOrderWhileAllSessionsRest() throws Exception {
        String url = shop("days", 300);
        List<LocalDate> days = new ArrayList<>();
        List<String> markers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_create_logical_replication_slot('days', 'test_decoding')");
        }
        new ShopWorkload(url, WorkloadPlan.of(FIRST, 3, 1000, SEED), (day, connection) -> {
                    days.add(day);
                    markers.add(lastDecoded(connection));
                })
                .run();
        assertThat(days).containsExactly(FIRST, FIRST.plusDays(1), FIRST.plusDays(2));
        assertThat(markers)
                .allMatch(marker -> marker.startsWith("message: transactional: 1 prefix: firn.day-close, sz: 10"))
                .extracting(marker -> marker.substring(marker.length() - 10))
                .containsExactly("2026-11-18", "2026-11-19", "2026-11-20");
    }

    @Test
    void aStoppedWorkloadClosesNoFurtherDay() throws Exception {
        String url = shop("stopped", 300);
        List<LocalDate> days = new ArrayList<>();
        CompletableFuture<ShopWorkload> self = new CompletableFuture<>();
        ShopWorkload workload = new ShopWorkload(url, WorkloadPlan.of(FIRST, 1000, 500, SEED), (day, connection) -> {
            days.add(day);
            self.join().stop();
        });
        self.complete(workload);
        workload.run();
        assertThat(days).containsExactly(FIRST);
        assertThat(workload.counts().changes()).isBetween(500L, 900L);
    }

    @Test
    void aSecondWorkloadGoesOnWhereTheFirstEnded() throws Exception {
        String url = shop("again", 300);
        new ShopWorkload(url, WorkloadPlan.of(FIRST, 1, 2000, SEED), NOTHING).run();
        new ShopWorkload(url, WorkloadPlan.of(FIRST.plusDays(1), 1, 2000, SEED).withSessions(3), NOTHING).run();
        checkForeignKeys(url);
    }

    private static String shop(String database, int products) throws SQLException {
        String url = postgres.createDatabase(database);
        try (Connection connection = DriverManager.getConnection(url)) {
            ShopSchema.create(connection);
            ShopSchema.seed(connection, products, SEED, FIRST);
        }
        return url;
    }

    /** Makes PostgreSQL forget that it believes the foreign keys, and check every row again. */
    private static void checkForeignKeys(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE pg_constraint SET convalidated = false WHERE contype = 'f'");
            statement.execute("""
                    DO $$ DECLARE key record; checked int := 0; BEGIN
                        FOR key IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint WHERE contype = 'f' LOOP
                            EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', key.tab, key.conname);
                            checked := checked + 1;
                        END LOOP;
                        ASSERT checked = 8, checked || ' foreign keys';
                    END $$""");
        }
    }

    private static Map<ShopTable, String> contents(String url) throws SQLException {
        Map<ShopTable, String> contents = new EnumMap<>(ShopTable.class);
        for (ShopTable table : ShopTable.values()) {
            contents.put(
                    table,
                    one(
                            url,
                            "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM "
                                    + table.table() + " AS t"));
        }
        return contents;
    }

    private static String lastDecoded(Connection connection) throws SQLException {
        return one(connection, """
                SELECT data FROM pg_logical_slot_peek_changes('days', NULL, NULL)
                WHERE data !~ '^(BEGIN|COMMIT)' OFFSET (SELECT count(*) - 1 FROM
                    pg_logical_slot_peek_changes('days', NULL, NULL) WHERE data !~ '^(BEGIN|COMMIT)')""");
    }

    private static String one(String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            return one(connection, query);
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }
}
