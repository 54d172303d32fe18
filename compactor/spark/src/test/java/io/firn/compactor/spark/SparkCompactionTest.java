package io.firn.compactor.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.Digest;
import io.firn.workbench.DuckDatabase;
import io.firn.workbench.FileSettings;
import io.firn.workbench.ParquetOut;
import io.firn.workbench.Scan;
import io.firn.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.spark.launcher.JavaModuleOptions;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Run with {@code -Dfirn.spark.cluster=true}. A cluster of two executors on this machine, started by a driver that is a
 * process of its own.
 */
@EnabledIfSystemProperty(named = "firn.spark.cluster", matches = "true")
class SparkCompactionTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "category", Types.IntegerType.get()));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"leave, 0", "kill, 1"})
    void everyGroupIsRewrittenOnceAlsoWhenAnExecutorIsKilled(String executor, int lost) throws Exception {
        Path yaml = Files.writeString(folder.resolve("firn.yaml"), """
                lake: { namespace: test }
                source: { bootstrap-servers: "localhost:1" }
                tables: { product: { source: public.product, key: [id] } }
                compaction: { memory: 128MB }
                """);
        FirnConfig config = ConfigLoader.load(yaml, Map.of());
        try (Lake lake = Lake.open(config.lake())) {
            Table table = make(lake, config);
            Digest before = digest(table, config);
            assertThat(drive(yaml, executor)).contains("12 files to 4", "lost " + lost);
            table.refresh();
            assertThat(digest(table, config)).isEqualTo(before);
            assertThat(dataFiles(table))
                    .as("files on disk: those of the snapshot before and those of the one after")
                    .hasSize(12 + 4);
        }
    }

    private static Table make(Lake lake, FirnConfig config) throws Exception {
        Table table = lake.catalog()
                .buildTable(lake.identifier("product"), SCHEMA)
                .withPartitionSpec(
                        PartitionSpec.builderFor(SCHEMA).identity("category").build())
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("id").build())
                .withProperty("format-version", "3")
                .create();
        try (DuckDatabase duck = DuckDatabase.open(config.workbench());
                DuckDBConnection connection = duck.connect()) {
            ParquetOut out = new ParquetOut(table, "test", FileSettings.of(table), Path.of("unused"));
            var append = table.newAppend();
            for (int i = 0; i < 3; i++) {
                out.writePartitioned(
                                connection,
                                "(SELECT 3 * i + %d AS id, 'name ' || i AS name, (i %% 4)::INTEGER AS category FROM range(4000) t(i))"
                                        .formatted(i),
                                null)
                        .forEach(append::appendFile);
            }
            append.commit();
        }
        return table;
    }

    private static Digest digest(Table table, FirnConfig config) {
        try (DuckDatabase duck = DuckDatabase.open(config.workbench());
                Workbench workbench = new Workbench(duck, config.workbench())) {
            return workbench.digest(Scan.of(table, table.currentSnapshot().snapshotId()));
        }
    }

    private static List<Path> dataFiles(Table table) throws IOException {
        try (Stream<Path> files = Files.walk(LocalFileIO.path(table.location()).resolve("data"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private String drive(Path yaml, String executor) throws Exception {
        Path out = folder.resolve("driver.out");
        Path home = Files.createDirectories(folder.resolve("spark-home"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-Dspark.testing=true", "-Dspark.test.home=" + home));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), TwoExecutors.class.getName(), yaml.toString(), executor));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment()
                .putAll(Map.of("SPARK_TESTING", "1", "SPARK_SCALA_VERSION", "2.13", "SPARK_HOME", home.toString()));
        Process driver = builder.start();
        boolean ended = false;
        try {
            ended = driver.waitFor(10, TimeUnit.MINUTES);
        } finally {
            driver.destroyForcibly();
        }
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(driver.exitValue()).as(said).isEqualTo(0);
        return said;
    }
}
