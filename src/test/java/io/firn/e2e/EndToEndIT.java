package io.firn.e2e;

import static io.firn.e2e.Shop.FIRST_DAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.config.SnapshotsConfig;
import io.firn.compactor.Compaction;
import io.firn.demo.ShopTable;
import io.firn.demo.ShopWorkload;
import io.firn.demo.WorkloadPlan;
import io.firn.demo.WorkloadPlan.Truncates;
import io.firn.e2e.judge.Judge;
import io.firn.snapshot.ledger.Ledger;
import io.firn.snapshot.ledger.LedgerAudit;
import io.firn.snapshot.replay.Replay;
import io.firn.snapshot.replay.Start;
import io.firn.snapshot.retention.Expiry;
import io.firn.snapshot.retention.GarbageCollection;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days of a shop go through Debezium, Kafka and the writer into a lake that two other engines read. */
class EndToEndIT {
    private static final int PRODUCTS = 500;
    private static final int DAYS = 3;
    private static final int CHANGES_PER_DAY = 600;
    private static final long SEED = 20_261_121;

    /** What PostgreSQL held at the end of each day. */
    private static final Map<LocalDate, Map<ShopTable, List<String>>> BOOKS = new ConcurrentSkipListMap<>();

    @TempDir
    private static Path folder;

    private static Shop shop;
    private static Lake lake;
    private static DuckDatabase duck;
    private static Workbench workbench;
    private static Judge judge;

    @BeforeAll
    static void tradeForSomeDays() throws Exception {
        shop = Shop.open(folder, PRODUCTS, SEED, Duration.ofMillis(500));
        lake = Lake.open(shop.config().lake());
        duck = DuckDatabase.open(shop.config().workbench());
        workbench = new Workbench(duck, shop.config().workbench());
        judge = Judge.start(
                "jdbc:sqlite:" + folder.resolve("lake/catalog.db")
                        + "?journal_mode=WAL&busy_timeout=30000&synchronous=FULL",
                "file:" + folder.resolve("lake/warehouse"));
        shop.ingest();
        trade();
    }

    /** The writer runs while the shop trades, and is started again and again. */
    private static void trade() throws Exception {
        WorkloadPlan plan =
                WorkloadPlan.of(FIRST_DAY, DAYS, CHANGES_PER_DAY, SEED).with(Truncates.ONCE_A_DAY);
        ShopWorkload workload = new ShopWorkload(
                shop.postgres().jdbcUrl(), plan, (day, office) -> BOOKS.put(day, Rows.inPostgres(lake, office)));
        FutureTask<?> trading = new FutureTask<>(workload::run);
        new Thread(trading, "shop").start();
        while (!trading.isDone()) {
            shop.ingest();
        }
        trading.get();
        shop.awaitInKafka();
        shop.ingest();
    }

    @AfterAll
    static void stop() {
        judge.close();
        workbench.close();
        duck.close();
        lake.close();
        shop.close();
    }

    @Test
    void everyRowOfEveryTableIsTheSameInThreeEnginesNowAndAtTheEndOfEachDay() throws SQLException {
        assertThat(BOOKS).containsOnlyKeys(FIRST_DAY, FIRST_DAY.plusDays(1), FIRST_DAY.plusDays(2));
        assertHeadIsThatOfPostgres();
        assertDaysAreThoseOfTheBooks();
    }

    @Test
    void anUpdateAndACompactionLeaveEveryRowItsId() throws SQLException {
        List<List<@Nullable Object>> before = productIds();
        assertThat(before).doesNotContainNull().hasSizeGreaterThan(PRODUCTS / 2);

        try (Connection connection = shop.postgres().connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE product SET title = title || ' II' WHERE product_id % 3 = 0"))
                    .isGreaterThan(PRODUCTS / 10);
        }
        shop.awaitInKafka();
        shop.ingest();
        assertThat(productIds()).isEqualTo(before);

        try (Compaction compaction =
                Compaction.open(shop.config().compaction(), shop.config().workbench())) {
            lake.tables().forEach(name -> compaction.run(lake.table(name)));
        }
        assertThat(Objects.requireNonNull(lake.table("product").currentSnapshot())
                        .operation())
                .isEqualTo("replace");
        assertThat(productIds()).isEqualTo(before);
        assertHeadIsThatOfPostgres();
        assertDaysAreThoseOfTheBooks();
    }

    @Test
    void everyDayIsProvenComesOutOfTheChangeLogAgainAndOutlivesExpiryAndGarbageCollection() throws SQLException {
        List<String> tables =
                Stream.of(ShopTable.values()).map(ShopTable::table).toList();
        SnapshotsConfig snapshots = shop.config().snapshots();
        new Ledger(lake, snapshots, workbench).catchUp(tables);
        assertThat(proof(tables).days()).hasSize(BOOKS.size());
        assertThat(proof(tables).allProblems()).isEmpty();
        Replay replay = new Replay(lake, snapshots, workbench, Clock.systemUTC(), folder.resolve("uploads"));
        for (LocalDate day : BOOKS.keySet()) {
            assertReplayed(replay, "price", day);
        }
        for (String table : tables) {
            assertReplayed(replay, table, FIRST_DAY.plusDays(2));
        }
        Clock inTwoDays = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
        Clock inFourDays = Clock.offset(Clock.systemUTC(), Duration.ofDays(4));
        for (String table : lake.tables()) {
            new Expiry(lake, snapshots, inTwoDays).run(table);
            GarbageCollection collection = new GarbageCollection(lake, snapshots, inFourDays);
            GarbageCollection.Plan plan = collection.plan(table);
            collection.check(plan);
            collection.run(plan);
        }
        assertThat(proof(tables).allProblems()).isEmpty();
        assertHeadIsThatOfPostgres();
        assertDaysAreThoseOfTheBooks();
    }

    @Test
    void whoChangedARowAndWhyIsToldWhereTheApplicationSaidSo() throws SQLException {
        long product;
        try (Connection connection = shop.postgres().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_logical_emit_message(true, 'firn.tx.user', 'anna')");
            statement.execute("SELECT pg_logical_emit_message(true, 'firn.tx.reason', 'campaign 12')");
            try (ResultSet changed = statement.executeQuery("UPDATE product SET title = 'Anna''s'"
                    + " WHERE product_id = (SELECT min(product_id) FROM product) RETURNING product_id")) {
                changed.next();
                product = changed.getLong(1);
            }
            connection.commit();
        }
        shop.awaitInKafka();
        shop.ingest();
        CommandRun run = CommandRun.of(
                Map.of(),
                "-c",
                shop.yaml().toString(),
                "audit",
                "changes",
                "product",
                "--key",
                "product_id=" + product,
                "--column",
                "title",
                "--output",
                "json");
        assertThat(run.err()).isEmpty();
        List<String> changes =
                run.out().lines().filter(line -> line.contains("operation")).toList();
        assertThat(changes.get(changes.size() - 1))
                .contains("\"after\":\"Anna's\"")
                .contains("\"user\":\"anna\",\"reason\":\"campaign 12\",\"remarks\":null");
        assertThat(changes.get(0)).contains("\"user\":null");
    }

    private static void assertReplayed(Replay replay, String table, LocalDate day) {
        assertThat(replay.run(table, day, Start.BEGINNING, Namespace.of("again"))
                        .isEqual())
                .as("%s on %s", table, day)
                .isTrue();
    }

    private static LedgerAudit.Verdict proof(List<String> tables) {
        return new LedgerAudit(lake, shop.config().snapshots(), workbench, Clock.systemUTC())
                .verify(tables, LedgerAudit.Depth.FILES, null);
    }

    @Test
    void noSnapshotHasAnEqualityDelete() throws IOException {
        for (String name : lake.tables()) {
            Table table = lake.table(name);
            for (Snapshot snapshot : table.snapshots()) {
                for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
                    assertPositionsOnly(table, manifest);
                }
            }
            assertThat(judge.query(
                            "SELECT DISTINCT content, file_format FROM atlas.%s.all_delete_files".formatted(name)))
                    .as(name)
                    .isSubsetOf(List.of(List.of("1", "PUFFIN")));
        }
        assertThat(judge.query("SELECT DISTINCT content, file_format FROM atlas.product.all_delete_files"))
                .containsExactly(List.of("1", "PUFFIN"));
    }

    private static void assertPositionsOnly(Table table, ManifestFile manifest) throws IOException {
        try (ManifestReader<DeleteFile> files = ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            assertThat(files)
                    .as(manifest.path())
                    .allSatisfy(file -> assertThat(file.content()).isEqualTo(FileContent.POSITION_DELETES));
        }
    }

    private static List<List<@Nullable Object>> productIds() {
        return judge.query("SELECT product_id, _row_id FROM atlas.product").stream()
                .sorted(Comparator.comparing(row -> Long.valueOf(String.valueOf(row.get(0)))))
                .toList();
    }

    private static void assertHeadIsThatOfPostgres() throws SQLException {
        try (Connection connection = shop.postgres().connect()) {
            assertSame("at the head", Rows.inPostgres(lake, connection), new AsOf.Head(), "");
        }
    }

    private static void assertDaysAreThoseOfTheBooks() throws SQLException {
        for (Map.Entry<LocalDate, Map<ShopTable, List<String>>> day : BOOKS.entrySet()) {
            AsOf.Day moment = new AsOf.Day(day.getKey());
            assertSame("at the end of " + day.getKey(), day.getValue(), moment, "VERSION AS OF '" + moment.tag() + "'");
        }
    }

    private static void assertSame(String when, Map<ShopTable, List<String>> expected, AsOf moment, String version)
            throws SQLException {
        for (ShopTable shopTable : ShopTable.values()) {
            String name = shopTable.table();
            Table table = lake.table(name);
            List<String> rows = Objects.requireNonNull(expected.get(shopTable));
            Rows.assertSame(name + " " + when + " in DuckDB", Rows.inDuckDb(table, name, workbench, moment), rows);
            Rows.assertSame(name + " " + when + " in Spark", Rows.inSpark(table, name, judge, version), rows);
        }
    }
}
