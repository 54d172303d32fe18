package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.e2e.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables are loaded while their rows go on changing, by a process that is killed again and again. */
class SeedIT {
    private static final long ITEMS = 40_000;
    private static final int KILLS = 4;

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    @Test
    void aLoadKilledAgainAndAgainUnderChangesEndsWithTheRowsOfOneMomentAndChangeCaptureGoesOnThere() throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS)) {
            Path yaml = yaml(database);
            database.trade(3, ITEMS, seed);
            for (int kill = 1; kill <= KILLS; kill++) {
                killOnce(yaml, kill);
            }
            CommandRun last = CommandRun.of(Map.of(), arguments(yaml, "--part-megabytes", "1"));
            assertThat(last.exitCode()).as("seed %d: %s", seed, last.err()).isZero();
            assertThat(database.text("SELECT string_agg(slot_name, ' ') FROM pg_replication_slots"))
                    .isEqualTo("firn_shop");
            database.rest();
            assertThat(database.changes()).isGreaterThan(500);
            ingestAndVerify(yaml);
            database.trade(2, ITEMS, seed + 100);
            ingest(yaml);
            database.rest();
            ingestAndVerify(yaml);
        }
    }

    private void ingest(Path yaml) {
        CommandRun ingest = CommandRun.of(Map.of(), "-c", yaml.toString(), "ingest", "--until-caught-up");
        assertThat(ingest.exitCode()).as("seed %d: %s", seed, ingest.err()).isZero();
    }

    private void ingestAndVerify(Path yaml) {
        ingest(yaml);
        CommandRun verify = CommandRun.of(Map.of(), "-c", yaml.toString(), "verify");
        assertThat(verify.exitCode())
                .as("seed %d: %s %s", seed, verify.out(), verify.err())
                .isZero();
    }

    private void killOnce(Path yaml, int kill) throws Exception {
        Path log = folder.resolve("seed-" + kill + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.firn.cli.Main"));
        command.addAll(List.of(arguments(yaml, "--part-megabytes", "1", "--max-rows-per-second", "15000")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(2000 + random.nextInt(2500), TimeUnit.MILLISECONDS);
            assertThat(ended && process.exitValue() != 0)
                    .as("seed %d: load %d failed by itself: %s", seed, kill, Files.readString(log))
                    .isFalse();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String[] arguments(Path yaml, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-c", yaml.toString(), "seed"));
        arguments.addAll(List.of(options));
        return arguments.toArray(new String[0]);
    }

    private Path yaml(BusyDatabase database) throws Exception {
        return Files.writeString(folder.resolve("firn.yaml"), """
                lake:
                  catalog: { type: jdbc, uri: "jdbc:sqlite:./lake/catalog.db", warehouse: "./lake/warehouse" }
                  namespace: atlas
                source:
                  type: postgres
                  topic-prefix: shop
                  postgres: { url: "%s", user: postgres, password: none }
                tables:
                  item: { source: public.item, key: [id], partition-by: ["bucket(2, id)"] }
                  line: { source: public.line, key: [item, number], format-version: 2 }
                workbench: { memory: 512MB, threads: 2 }
                """.formatted(database.url()));
    }
}
