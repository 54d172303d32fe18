package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
    private final String seeded = "seed " + seed;

    @TempDir
    private Path folder;

    @Test
    void aLoadKilledAgainAndAgainUnderChangesEndsWithTheRowsOfOneMomentAndChangeCaptureGoesOnThere() throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS)) {
            SmallLake lake = SmallLake.inProcess(folder, database);
            database.trade(3, ITEMS, seed, 6);
            for (int kill = 1; kill <= KILLS; kill++) {
                killOnce(lake, kill);
            }
            lake.done(seeded, "seed", "--part-megabytes", "1");
            assertThat(database.text("SELECT string_agg(slot_name, ' ') FROM pg_replication_slots"))
                    .isEqualTo("firn_shop");
            database.rest();
            assertThat(database.changes()).isGreaterThan(500);
            database.trade(1, ITEMS, seed + 100, 50);
            Process ingest = lake.start(folder.resolve("ingest.log"), "ingest");
            try {
                for (int i = 0; i < 2; i++) {
                    lake.done(seeded + ", while rows change", "verify", "--patience", "90");
                }
            } finally {
                ingest.destroyForcibly().waitFor();
            }
            database.rest();
            lake.done(seeded, "ingest", "--until-caught-up");
            lake.done(seeded, "verify", "--patience", "0");
        }
    }

    private void killOnce(SmallLake lake, int kill) throws Exception {
        Path log = folder.resolve("seed-" + kill + ".log");
        Process process = lake.start(log, "seed", "--part-megabytes", "1", "--max-rows-per-second", "15000");
        try {
            boolean ended = process.waitFor(2000 + random.nextInt(2500), TimeUnit.MILLISECONDS);
            assertThat(ended && process.exitValue() != 0)
                    .as("seed %d: load %d failed by itself: %s", seed, kill, Files.readString(log))
                    .isFalse();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
