package io.firn.compactor.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.FolderListing;
import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.catalog.config.FirnConfig;
import io.firn.workbench.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A warehouse on {@code s3a://} whose writer uses Iceberg's S3FileIO and whose compaction uses Hadoop's S3A, which only
 * Spark's {@code spark.hadoop.*} tells where the store is and what opens it.
 */
class S3aCompactionTest {
    private static final String BUCKET = "bucket";
    private static final String SPARK_JOB = "spark-job";

    @TempDir
    private Path folder;

    @Test
    void settingsOfSparkReachHadoopsFileSystem() throws Exception {
        compact("local[2]");
    }

    /** Run with {@code -Dfirn.spark.cluster=true}. */
    @Test
    @EnabledIfSystemProperty(named = "firn.spark.cluster", matches = "true")
    void settingsOfSparkReachHadoopsFileSystemOnExecutors() throws Exception {
        compact("local-cluster[2,1,512]");
    }

    private void compact(String master) throws Exception {
        try (ObjectStore store = ObjectStore.start(folder.resolve("store"), BUCKET)) {
            FirnConfig config = ConfigLoader.load(yaml("writer.yaml", s3FileIO(store)), Map.of());
            Path job = yaml("job.yaml", "io-impl: org.apache.iceberg.hadoop.HadoopFileIO");
            try (Lake lake = Lake.open(config.lake())) {
                Table table = SmallFiles.product(lake, config.workbench(), folder);
                Digest before = SmallFiles.digest(table, config.workbench());
                assertThat(Driver.run(folder, spark(master, store), SparkCompaction.class, "-c", job.toString()))
                        .contains("12 files to 4");
                table.refresh();
                assertThat(SmallFiles.digest(table, config.workbench())).isEqualTo(before);
                assertThat(files(table, "/data/", ".parquet"))
                        .as("what was, and what is now")
                        .hasSize(12 + 4);
                assertThat(files(table, "/metadata/firn-compaction/", ".json"))
                        .as("the run's record alone")
                        .singleElement()
                        .asString()
                        .contains("/runs/");
                assertThat(writtenBySpark(store)).containsExactlyInAnyOrderElementsOf(added(table));
            }
        }
    }

    private Path yaml(String name, String properties) throws IOException {
        return Files.writeString(folder.resolve(name), """
                lake:
                  namespace: test
                  catalog:
                    type: jdbc
                    uri: jdbc:sqlite:%1$s/catalog.db
                    warehouse: s3a://%2$s/warehouse
                    properties: { %3$s }
                workbench: { temp-directory: "%1$s/temp", cache-directory: "%1$s/cache", index-directory: "%1$s/index" }
                source: { bootstrap-servers: "localhost:1" }
                tables: { product: { source: public.product, key: [id] } }
                compaction: { memory: 128MB }
                """.formatted(folder, BUCKET, properties));
    }

    private static String s3FileIO(ObjectStore store) {
        return """
                s3.endpoint: "%s", s3.path-style-access: "true", s3.access-key-id: test, s3.secret-access-key: test,
                      client.region: eu-central-1""".formatted(store.endpoint());
    }

    private static Map<String, String> spark(String master, ObjectStore store) {
        return Map.ofEntries(
                Map.entry("spark.master", master),
                Map.entry("spark.ui.enabled", "false"),
                Map.entry("spark.driver.host", "127.0.0.1"),
                Map.entry("spark.driver.bindAddress", "127.0.0.1"),
                Map.entry("spark.executor.memory", "512m"),
                Map.entry("spark.hadoop.fs.s3a.endpoint", store.endpoint()),
                Map.entry("spark.hadoop.fs.s3a.endpoint.region", "eu-central-1"),
                Map.entry("spark.hadoop.fs.s3a.path.style.access", "true"),
                Map.entry("spark.hadoop.fs.s3a.access.key", "test"),
                Map.entry("spark.hadoop.fs.s3a.secret.key", "test"),
                Map.entry("spark.hadoop.fs.s3a.user.agent.prefix", SPARK_JOB));
    }

    private static List<String> files(Table table, String below, String suffix) {
        return FolderListing.files((SupportsPrefixOperations) table.io(), table.location() + below).stream()
                .map(FileInfo::location)
                .filter(location -> location.endsWith(suffix))
                .toList();
    }

    private static List<String> added(Table table) {
        List<String> locations = new ArrayList<>();
        SnapshotChanges.builderFor(table)
                .snapshot(table.currentSnapshot())
                .build()
                .addedDataFiles()
                .forEach(file -> locations.add(file.location()));
        return locations;
    }

    /** Data files that came from Hadoop with the job's settings, by the store's own account. */
    private static List<String> writtenBySpark(ObjectStore store) {
        return store.requests().stream()
                .map(request -> request.split(" ", 3))
                .filter(request -> request[0].equals("PUT")
                        && request[1].endsWith(".parquet")
                        && request[2].startsWith(SPARK_JOB + ", Hadoop "))
                .map(request -> "s3a:/" + URI.create(request[1]).getPath())
                .toList();
    }
}
