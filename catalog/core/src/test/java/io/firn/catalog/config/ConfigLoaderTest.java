package io.firn.catalog.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

    static final Path FILE = Path.of("/srv/lakes/firn.yaml");
    static final String MINIMAL = """
            lake: { namespace: atlas }
            source: { bootstrap-servers: "localhost:9092" }
            tables: { product: { source: public.product, key: [product_id] } }
            """;

    @Test
    void readsTheExampleOfTheReferencePage() {
        FirnConfig config =
                ConfigLoader.parse(ConfigReference.EXAMPLE, FILE, Map.of("FIRN_PG_PASSWORD", "pa$$w:ord # {}"));

        assertThat(config.lake())
                .isEqualTo(new LakeConfig(
                        new CatalogConfig(
                                CatalogType.JDBC,
                                "jdbc:sqlite:/srv/lakes/lake/catalog.db",
                                "file:/srv/lakes/lake/warehouse",
                                Map.of()),
                        "atlas"));
        assertThat(config.source())
                .isEqualTo(new SourceConfig(
                        SourceType.KAFKA,
                        "localhost:9092",
                        "atlas",
                        EventFormat.JSON,
                        null,
                        null,
                        Map.of(),
                        new PostgresConfig("jdbc:postgresql://localhost/shop", "firn", new Secret("pa$$w:ord # {}")),
                        DecimalHandling.PRECISE,
                        TimePrecision.ADAPTIVE,
                        BinaryHandling.BYTES,
                        "firn.day-close",
                        "firn.tx."));
        assertThat(config.tables())
                .isEqualTo(Map.of(
                        "product",
                        new TableConfig(
                                "public.product",
                                List.of("product_id"),
                                List.of(new PartitionTerm(PartitionTerm.Transform.BUCKET, "product_id", 8)),
                                List.of(new SortTerm("product_id", SortTerm.Direction.ASCENDING)),
                                3,
                                1000,
                                Map.of())));
        assertThat(config.commit()).isEqualTo(new CommitConfig(Duration.ofMinutes(1), 1_000_000, 256L << 20));
        assertThat(config.compaction())
                .isEqualTo(new CompactionConfig(
                        "*/15 * * * *",
                        256L << 20,
                        4L << 30,
                        200L << 30,
                        new QuietHours(LocalTime.of(8, 0), LocalTime.of(20, 0)),
                        1,
                        new Prices(0.023, 0.05)));
        assertThat(config.snapshots())
                .isEqualTo(new SnapshotsConfig(
                        ZoneId.of("Europe/Berlin"), SnapshotsConfig.DayClose.TIME, Period.ofMonths(24)));
        assertThat(config.serving())
                .isEqualTo(new ServingConfig(
                        new RedisConfig(
                                "redis://localhost:6379",
                                Map.of("product", new RedisTableConfig("product:{product_id}"))),
                        null));
    }

    @Test
    void fillsInEveryDefault() {
        FirnConfig config = ConfigLoader.parse(MINIMAL, FILE, Map.of());

        assertThat(config.lake().catalog())
                .isEqualTo(new CatalogConfig(
                        CatalogType.JDBC,
                        "jdbc:sqlite:/srv/lakes/lake/catalog.db",
                        "file:/srv/lakes/lake/warehouse",
                        Map.of()));
        assertThat(config.source())
                .isEqualTo(new SourceConfig(
                        SourceType.KAFKA,
                        "localhost:9092",
                        "firn",
                        EventFormat.JSON,
                        null,
                        null,
                        Map.of(),
                        null,
                        DecimalHandling.PRECISE,
                        TimePrecision.ADAPTIVE,
                        BinaryHandling.BYTES,
                        "firn.day-close",
                        "firn.tx."));
        assertThat(config.tables().get("product"))
                .isEqualTo(new TableConfig(
                        "public.product",
                        List.of("product_id"),
                        List.of(),
                        List.of(new SortTerm("product_id", SortTerm.Direction.ASCENDING)),
                        3,
                        1000,
                        Map.of()));
        assertThat(config.commit()).isEqualTo(new CommitConfig(Duration.ofMinutes(1), 1_000_000, 256L << 20));
        assertThat(config.compaction())
                .isEqualTo(new CompactionConfig(
                        "*/15 * * * *", 256L << 20, 4L << 30, 200L << 30, null, 1, new Prices(0.023, 0.05)));
        assertThat(config.snapshots())
                .isEqualTo(new SnapshotsConfig(ZoneId.of("UTC"), SnapshotsConfig.DayClose.TIME, Period.ofMonths(24)));
        assertThat(config.serving()).isEqualTo(new ServingConfig(null, null));
        assertThat(config.workbench())
                .isEqualTo(new WorkbenchConfig(
                        2L << 30,
                        Runtime.getRuntime().availableProcessors(),
                        Path.of("/srv/lakes/.firn/tmp"),
                        20L << 30,
                        Path.of("/srv/lakes/.firn/cache"),
                        10L << 30,
                        Path.of("/srv/lakes/.firn/index")));
    }

    @Test
    void keepsTablesInTheOrderOfTheFile() {
        FirnConfig config = ConfigLoader.parse("""
                lake: { namespace: atlas }
                source: { type: files, path: events }
                tables:
                  zebra: { source: public.zebra, key: [id] }
                  ant: { source: public.ant, key: [id] }
                  mole: { source: public.mole, key: [id, "Name"], format-version: 2 }
                """, FILE, Map.of());

        assertThat(config.tables().keySet()).containsExactly("zebra", "ant", "mole");
        assertThat(config.tables().get("mole"))
                .extracting(TableConfig::formatVersion, TableConfig::sourceSchema, TableConfig::sourceTable)
                .containsExactly(2, "public", "mole");
        assertThat(config.source().path()).isEqualTo(Path.of("/srv/lakes/events"));
    }

    @Test
    void aTableIsFoundByItsName() {
        FirnConfig config = ConfigLoader.parse(MINIMAL, FILE, Map.of());

        assertThat(config.table("product").source()).isEqualTo("public.product");
        assertThatThrownBy(() -> config.table("prodcut")).hasMessage("tables has no prodcut; did you mean product?");
    }

    @Test
    void aRestCatalogMayHaveItsOwnWarehouse() {
        FirnConfig config = ConfigLoader.parse(
                MINIMAL.replace(
                        "lake: {",
                        "lake: { catalog: { type: rest, uri: 'https://catalog:8181', properties: { token: t0p } },"),
                FILE,
                Map.of());

        assertThat(config.lake().catalog())
                .isEqualTo(new CatalogConfig(CatalogType.REST, "https://catalog:8181", null, Map.of("token", "t0p")));
    }

    @Test
    void readsAFileByItsPath(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("firn.yaml"), MINIMAL);

        FirnConfig config = ConfigLoader.load(file, Map.of());

        assertThat(config.lake().catalog().warehouse())
                .isEqualTo("file:" + folder.toAbsolutePath().resolve("lake/warehouse"));
    }

    @Test
    void aMissingFileIsOneLine(@TempDir Path folder) {
        Path file = folder.resolve("none.yaml");

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of()))
                .isInstanceOf(FirnException.class)
                .hasMessage(file + " does not exist; name a configuration with -c FILE, or write one with firn init")
                .extracting(e -> ((FirnException) e).code())
                .isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @Test
    void aFileThatIsNotTextIsOneLine(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("firn.yaml"), "lake: é".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of())).hasMessage(file + " must be UTF-8 text");
    }

    @Test
    void quietHoursMayPassMidnightAndUtcIsAZone() {
        QuietHours night = QuietHours.parse("22:00 - 06:00");

        assertThat(List.of("21:59", "22:00", "00:00", "05:59", "06:00"))
                .extracting(time -> night.contains(LocalTime.parse(time)))
                .containsExactly(false, true, true, true, false);
        assertThat(ZoneId.of("UTC").normalized()).isEqualTo(ZoneOffset.UTC);
    }
}
