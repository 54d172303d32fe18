package io.firn.e2e;

import static io.firn.e2e.Shop.FIRST_DAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.AbandonedUploads;
import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.demo.ShopTable;
import io.firn.demo.ShopWorkload;
import io.firn.demo.WorkloadPlan;
import io.firn.e2e.cloud.GlueServer;
import io.firn.e2e.cloud.RestCatalogServer;
import io.firn.e2e.cloud.S3Recorder;
import io.firn.e2e.cloud.S3Server;
import io.firn.snapshot.retention.Expiry;
import io.firn.snapshot.retention.GarbageCollection;
import io.firn.snapshot.retention.OrphanSweep;
import io.firn.workbench.AsOf;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** The same days of a shop in lakes whose files are in an object store, under different catalogs. */
class CloudLakeIT {
    private static final int PRODUCTS = 200;
    private static final int DAYS = 2;
    private static final int CHANGES_PER_DAY = 200;
    private static final long SEED = 20_261_122;
    private static final Map<LocalDate, Map<ShopTable, List<String>>> BOOKS = new ConcurrentSkipListMap<>();

    @TempDir
    private static Path folder;

    private static Shop shop;
    private static S3Server s3;
    private static GlueServer glue;

    @BeforeAll
    static void tradeForSomeDays() throws Exception {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        s3 = S3Server.start(folder.resolve("s3"), "lake");
        glue = GlueServer.start();
        shop = Shop.open(folder, PRODUCTS, SEED, Duration.ofSeconds(1));
        shop.ingest();
        WorkloadPlan plan = WorkloadPlan.of(FIRST_DAY, DAYS, CHANGES_PER_DAY, SEED);
        try (Lake local = Lake.open(shop.config().lake())) {
            new ShopWorkload(
                            shop.postgres().jdbcUrl(),
                            plan,
                            (day, office) -> BOOKS.put(day, Rows.inPostgres(local, office)))
                    .run();
        }
        shop.awaitInKafka();
    }

    @AfterAll
    static void stop() {
        shop.close();
        glue.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void aLakeInS3WithItsCatalogInSqliteHoldsEveryRowOfEveryDay() throws Exception {
        Path yaml = shop.yamlOf(
                folder.resolve("sqlite"),
                catalog("jdbc", ", uri: \"jdbc:sqlite:./catalog.db\"", "sqlite", s3.properties()));
        assertTheShopIsThere(yaml);
    }

    @Test
    void aLakeInS3AndGlueHoldsEveryRowThoughGlueLosesRepliesAndTurnsAwayAndListingsLagBehind() throws Exception {
        try (S3Recorder store = S3Recorder.start(s3.properties())) {
            Map<String, String> properties = new LinkedHashMap<>(s3.properties());
            properties.put("s3.endpoint", store.endpoint());
            properties.putAll(glue.properties());
            Path yaml = shop.yamlOf(folder.resolve("glue"), catalog("glue", "", "glue", properties));
            for (int i = 0; i < 4; i++) {
                glue.strike(GlueServer.Fault.REPLY_LOST);
                glue.strike(GlueServer.Fault.THROTTLED);
                glue.strike(GlueServer.Fault.UNAVAILABLE);
            }
            store.freezeListings();
            assertTheShopIsThere(yaml);
            assertThat(glue.faultsLeft()).isZero();
            assertDaysAreEnteredOnce(yaml);
            store.thawListings();
            assertDaysAreEnteredOnce(yaml);
            assertWhatNothingNeedsIsDeleted(ConfigLoader.load(yaml, Map.of()), store);
        }
    }

    /** Whether or not the store lists the entries that are there. */
    private static void assertDaysAreEnteredOnce(Path yaml) {
        done(yaml, "tag");
        done(yaml, "tag");
        CommandRun days = CommandRun.of(
                Map.of(),
                "-c",
                yaml.toString(),
                "sql",
                "--output",
                "csv",
                "SELECT sequence, day FROM firn_ledger ORDER BY 1");
        assertThat(days.out().strip().lines()).containsExactly("sequence,day", "1,2026-11-18", "2,2026-11-19");
        done(yaml, "audit", "verify");
    }

    @Test
    void aLakeInS3BehindARestCatalogHoldsEveryRow() throws Exception {
        try (RestCatalogServer rest =
                RestCatalogServer.start(folder.resolve("rest-server"), s3.location() + "/rest", s3.properties())) {
            assertTheShopIsThere(shop.yamlOf(
                    folder.resolve("rest"),
                    catalog("rest", ", uri: \"%s\"".formatted(rest.uri()), "rest", s3.properties())));
        }
    }

    @Test
    void aLakeInS3IsLoadedFromPostgresAndAnotherOneFromParquetInS3() throws Exception {
        Path loaded = shop.yamlOf(
                folder.resolve("loaded"),
                catalog("jdbc", ", uri: \"jdbc:sqlite:./catalog.db\"", "loaded", s3.properties()));
        Path copied = shop.yamlOf(
                folder.resolve("copied"),
                catalog("jdbc", ", uri: \"jdbc:sqlite:./catalog.db\"", "copied", s3.properties()));
        done(loaded, "seed");
        assertNothingIsLocal(ConfigLoader.load(loaded, Map.of()));
        done(copied, "seed", "--from", s3.location() + "/loaded/atlas");
        done(loaded, "verify", "--patience", "0");
        done(copied, "verify", "--patience", "0");
        change();
        for (Path lake : List.of(loaded, copied)) {
            ingest(lake);
            done(lake, "verify");
        }
    }

    private static void done(Path yaml, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-c", yaml.toString()));
        all.addAll(List.of(arguments));
        CommandRun run = CommandRun.of(Map.of(), all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static String catalog(String type, String uri, String folder, Map<String, String> properties) {
        String all = properties.entrySet().stream()
                .map(entry -> "%s: \"%s\"".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
        return "{ type: %s%s, warehouse: \"%s/%s\", properties: { %s } }"
                .formatted(type, uri, s3.location(), folder, all);
    }

    private static void assertTheShopIsThere(Path yaml) throws Exception {
        FirnConfig config = ConfigLoader.load(yaml, Map.of());
        ingest(yaml);
        deleteKeyIndex(config);
        change();
        ingest(yaml);
        assertRows(config, "after a change without a key index");
        assertThat(CommandRun.of(Map.of(), "-c", yaml.toString(), "compact")).returns(0, CommandRun::exitCode);
        change();
        ingest(yaml);
        assertRows(config, "after a compaction");
        assertNothingIsLocal(config);
        assertThat(CommandRun.of(Map.of(), "-c", yaml.toString(), "verify", "--output", "json"))
                .returns(0, CommandRun::exitCode);
    }

    /**
     * Snapshots between days are forgotten, their files and an orphan go from the store, and every day is still whole.
     */
    private static void assertWhatNothingNeedsIsDeleted(FirnConfig config, S3Recorder store) throws Exception {
        try (Lake lake = Lake.open(config.lake())) {
            Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
            Clock muchLater = Clock.offset(Clock.systemUTC(), Duration.ofDays(30));
            Table product = lake.table("product");
            String orphan = product.location() + "/data/nobodys.parquet";
            try (OutputStream out = product.io().newOutputFile(orphan).create()) {
                out.write(1);
            }
            String unfinished = product.location() + "/data/unfinished.parquet";
            beginUpload((S3FileIO) product.io(), unfinished);
            Set<String> garbage = new HashSet<>();
            store.freezeListings();
            Map<String, Integer> forgotten = new HashMap<>();
            for (String name : lake.tables()) {
                forgotten.put(
                        name,
                        new Expiry(lake, config.snapshots(), later).run(name).garbage());
            }
            assertThat(new OrphanSweep(lake, muchLater)
                            .find("product", Duration.ofDays(7))
                            .locations())
                    .as("what was noted as garbage and is not listed yet is no orphan")
                    .containsExactly(orphan);
            store.thawListings();
            for (String name : lake.tables()) {
                GarbageCollection collection = new GarbageCollection(lake, config.snapshots(), muchLater);
                GarbageCollection.Plan plan = collection.plan(name);
                collection.check(plan);
                assertThat(plan.locations()).hasSizeGreaterThanOrEqualTo(forgotten.getOrDefault(name, 0));
                garbage.addAll(plan.locations());
                collection.run(plan);
            }
            assertThat(garbage)
                    .anyMatch(location -> location.endsWith(".parquet"))
                    .anyMatch(location -> location.endsWith(".puffin"))
                    .anyMatch(location -> location.endsWith(".avro"));
            OrphanSweep sweep = new OrphanSweep(lake, muchLater);
            OrphanSweep.Orphans orphans = sweep.find("product", Duration.ofDays(7));
            assertThat(orphans.locations()).containsExactly(orphan);
            assertThat(orphans.uploads())
                    .extracting(AbandonedUploads.Upload::location)
                    .containsExactly(unfinished);
            assertThat(new OrphanSweep(lake, Clock.systemUTC())
                            .find("product", Duration.ofDays(7))
                            .uploads())
                    .as("it may still be going on")
                    .isEmpty();
            assertThat(sweep.delete(orphans)).isEqualTo(2);
            assertThat(sweep.find("product", Duration.ofDays(7)).uploads()).isEmpty();
            garbage.add(orphan);
            assertThat(objects(product.io(), s3.location() + "/glue"))
                    .isNotEmpty()
                    .doesNotContainAnyElementsOf(garbage);
        }
        assertRows(config, "after expiry and garbage collection");
    }

    /** What is left of a writer that was killed while it sent a large file. */
    private static void beginUpload(S3FileIO io, String location) {
        URI uri = URI.create(location);
        String key = uri.getPath().substring(1);
        String id = io.client()
                .createMultipartUpload(upload -> upload.bucket(uri.getHost()).key(key))
                .uploadId();
        io.client()
                .uploadPart(
                        part -> part.bucket(uri.getHost()).key(key).uploadId(id).partNumber(1),
                        RequestBody.fromString("half of it"));
    }

    private static List<String> objects(FileIO io, String prefix) {
        List<String> objects = new ArrayList<>();
        ((SupportsPrefixOperations) io).listPrefix(prefix).forEach(file -> objects.add(file.location()));
        return objects;
    }

    private static void ingest(Path yaml) {
        done(yaml, "ingest", "--until-caught-up");
    }

    private static void deleteKeyIndex(FirnConfig config) throws IOException {
        try (Stream<Path> files = Files.walk(config.workbench().indexDirectory())) {
            files.sorted(Comparator.reverseOrder()).forEach(CloudLakeIT::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Touches rows whose values PostgreSQL stores out of line too, which it does not send again. */
    private static void change() throws SQLException {
        try (Connection connection = shop.postgres().connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE product SET title = title || '.' WHERE product_id % 5 = 0"))
                    .isGreaterThan(PRODUCTS / 10);
        }
        shop.awaitInKafka();
    }

    private static void assertRows(FirnConfig config, String when) throws SQLException {
        try (Lake lake = Lake.open(config.lake());
                DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench());
                Connection postgres = shop.postgres().connect()) {
            assertSame(when, Rows.inPostgres(lake, postgres), lake, workbench, new AsOf.Head());
            assertThat(BOOKS).hasSize(DAYS);
            for (Map.Entry<LocalDate, Map<ShopTable, List<String>>> day : BOOKS.entrySet()) {
                assertSame(when + ", on " + day.getKey(), day.getValue(), lake, workbench, new AsOf.Day(day.getKey()));
            }
        }
    }

    private static void assertSame(
            String when, Map<ShopTable, List<String>> expected, Lake lake, Workbench workbench, AsOf moment)
            throws SQLException {
        for (ShopTable table : ShopTable.values()) {
            Rows.assertSame(
                    table.table() + " " + when,
                    Rows.inDuckDb(lake.table(table.table()), table.table(), workbench, moment),
                    Objects.requireNonNull(expected.get(table)));
        }
    }

    private static void assertNothingIsLocal(FirnConfig config) throws IOException {
        try (Lake lake = Lake.open(config.lake())) {
            for (String name : lake.tables()) {
                Table table = lake.table(name);
                try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
                    assertThat(files)
                            .as(name)
                            .allSatisfy(file -> assertThat(
                                            LocalFileIO.handles(file.file().location()))
                                    .isFalse());
                }
            }
        }
    }
}
