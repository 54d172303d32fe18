package io.firn.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.WarehouseCheck;
import io.firn.catalog.config.ConfigLoader;
import io.firn.e2e.CommandRun;
import io.firn.e2e.cloud.GlueServer;
import io.firn.e2e.cloud.S3Recorder;
import io.firn.e2e.cloud.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rights that Terraform gives are those that Firn needs; a busy store is waited for, expired credentials are not.
 */
@SuppressWarnings("NullAway.Init") // every test starts its own servers
class CloudRightsIT {
    /** Of large files, encryption, signatures and the region, which the stand-ins have not. */
    private static final Set<String> NOT_SEEN_HERE = Set.of(
            "kms:Decrypt",
            "kms:GenerateDataKey",
            "kms:Sign",
            "s3:AbortMultipartUpload",
            "s3:GetBucketLocation",
            "s3:ListMultipartUploadParts");

    @TempDir
    private static Path store;

    private static S3Server s3;

    @TempDir
    private Path folder;

    private S3Recorder recorder;
    private GlueServer glue;
    private Path yaml;

    @BeforeAll
    static void startTheStore() throws Exception {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        s3 = S3Server.start(store, "lake");
    }

    @AfterAll
    static void stopTheStore() {
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @BeforeEach
    void start() throws IOException {
        recorder = S3Recorder.start(s3.properties());
        glue = GlueServer.start();
        Map<String, String> properties = new LinkedHashMap<>(s3.properties());
        properties.put("s3.endpoint", recorder.endpoint());
        properties.put("s3.retry.min-wait-ms", "50");
        properties.put("s3.multipart.part-size-bytes", "5242880");
        properties.putAll(glue.properties());
        yaml = Files.writeString(folder.resolve("firn.yaml"), """
                lake: { namespace: atlas, catalog: { type: glue, warehouse: "%s/%s", properties: { %s } } }
                source: { bootstrap-servers: "localhost:1" }
                tables: { product: { source: public.product, key: [product_id] } }
                """.formatted(
                        s3.location(),
                        folder.getFileName(),
                        properties.entrySet().stream()
                                .map(entry -> "%s: \"%s\"".formatted(entry.getKey(), entry.getValue()))
                                .collect(Collectors.joining(", "))));
    }

    @AfterEach
    void stop() {
        recorder.close();
        glue.close();
    }

    @Test
    void theWritersPolicyAllowsWhatWasCalledAndNothingThatWasNot() throws IOException {
        recorder.turnAway(3);
        makeALake();
        assertThat(recorder.leftToTurnAway()).isZero();
        for (List<String> command : List.of(
                List.of("status"),
                List.of("expire"),
                List.of("gc", "--orphans", "--older-than", "1"),
                List.of("cost"))) {
            CommandRun run = firn(command);
            assertThat(run.exitCode()).as(command + ": " + run.err()).isZero();
        }
        // What firn check does; it deletes as garbage collection does, and need not wait a day.
        WarehouseCheck.requireWritable(ConfigLoader.load(yaml, Map.of()).lake().catalog(), ".firn-check");
        Set<String> called = new TreeSet<>(recorder.actions());
        called.addAll(glue.actions());
        called.remove("glue:CreateDatabase"); // Terraform makes it
        Set<String> allowed = new TreeSet<>(lakeModule().actions("writer"));
        allowed.removeAll(NOT_SEEN_HERE);
        assertThat(called).isEqualTo(allowed);
    }

    @Test
    void readersNeedNoMoreThanTheirPolicy() throws IOException {
        makeALake();
        Set<String> before = new TreeSet<>(glue.actions());
        assertThat(before).contains("glue:UpdateTable");
        glue.forgetActions();
        recorder.forgetActions();
        assertThat(firn(List.of("status")).exitCode()).isZero();
        assertThat(firn(List.of("cost")).exitCode()).isZero();
        Set<String> called = new TreeSet<>(recorder.actions());
        called.addAll(glue.actions());
        assertThat(lakeModule().actions("reader")).containsAll(called);
    }

    @Test
    void expiredCredentialsAreOneLineAndNotTriedAgain() throws IOException {
        makeALake();
        glue.expireCredentials();
        CommandRun run = firn(List.of("status"));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo(
                        "firn: lake.catalog glue cannot be opened: The security token included in the request is expired"
                                + " (Service: Glue, Status Code: 400, Request ID: null) (SDK Attempt Count: 1)");
    }

    private static TerraformModule lakeModule() {
        return Objects.requireNonNull(TerraformModule.all().get("terraform/modules/lake"));
    }

    private CommandRun firn(List<String> command) {
        List<String> typed = new ArrayList<>(List.of("-c", yaml.toString()));
        typed.addAll(command);
        return CommandRun.of(Map.of(), typed.toArray(new String[0]));
    }

    /** A table with a tag, and a file of several parts. */
    private void makeALake() throws IOException {
        try (Lake lake = Lake.open(ConfigLoader.load(yaml, Map.of()).lake())) {
            Table table = lake.catalog()
                    .createTable(
                            lake.identifier("product"),
                            new Schema(Types.NestedField.required(1, "product_id", Types.LongType.get())));
            table.newAppend().appendFile(file(table, "a", 12 << 20)).commit();
            table.manageSnapshots()
                    .createTag("day-2026-11-20", table.currentSnapshot().snapshotId())
                    .commit();
        }
    }

    private static DataFile file(Table table, String name, int bytes) throws IOException {
        String location = table.location() + "/data/" + name + ".parquet";
        try (PositionOutputStream out = table.io().newOutputFile(location).create()) {
            out.write(new byte[bytes]);
        }
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(location)
                .withFileSizeInBytes(bytes)
                .withRecordCount(1)
                .build();
    }
}
