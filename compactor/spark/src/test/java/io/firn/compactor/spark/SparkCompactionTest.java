package io.firn.compactor.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.LocalFileIO;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
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
            Table table = SmallFiles.product(lake, config.workbench(), folder);
            Digest before = SmallFiles.digest(table, config.workbench());
            assertThat(Driver.run(folder, Map.of(), TwoExecutors.class, yaml.toString(), executor))
                    .contains("12 files to 4", "lost " + lost);
            table.refresh();
            assertThat(SmallFiles.digest(table, config.workbench())).isEqualTo(before);
            assertThat(dataFiles(table))
                    .as("files on disk: those of the snapshot before and those of the one after")
                    .hasSize(12 + 4);
        }
    }

    private static List<Path> dataFiles(Table table) throws IOException {
        try (Stream<Path> files = Files.walk(LocalFileIO.path(table.location()).resolve("data"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
