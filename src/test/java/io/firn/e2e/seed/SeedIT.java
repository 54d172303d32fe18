package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.e2e.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables are loaded while their rows go on changing, by a process that is killed again and again. */
class SeedIT {
    private static final long ITEMS = 20_000;
    private static final int KILLS = Integer.getInteger("firn.seed.kills", 1);

    /** Several parts, one after the other, each of which takes a second or two. */
    private static final String[] SLOW_LOAD = {
        "seed", "--part-megabytes", "2", "--max-connections", "1", "--max-rows-per-second", "8000"
    };

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String seeded = "seed " + seed;

    @TempDir
    private Path folder;

    @Test
    void whoeverIsKilledUnderChangesTheTablesAreOfOneMomentAndCanBeReadAgainWhileTheWriterGoesOn() throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS)) {
            SmallLake lake = SmallLake.inProcess(folder, database);
            database.trade(3, ITEMS, seed, 60);
            for (int kill = 1; kill <= KILLS; kill++) {
                killOnce(lake, kill);
            }
            theDatabaseIsKilledAndTheLoadWaitsForIt(database, lake);
            assertOneSlotIsLeft(database);
            database.rest();
            assertThat(database.changes()).isGreaterThan(100);
            loseChanges(database);
            database.trade(1, ITEMS, seed + 100, 100);
            Process ingest = lake.start(folder.resolve("ingest.log"), "ingest");
            try {
                lake.done(seeded + ", while rows change", "verify", "item", "--patience", "90");
                CommandRun lost = lake.run("verify", "line", "--patience", "0", "--most-differences", "3");
                assertThat(lost.exitCode()).as(lost.err()).isEqualTo(3);
                assertThat(lost.err()).contains("firn: line: there are more differences than these");
                CommandRun again = lake.done(seeded, "seed", "line", "item");
                assertThat(again.err()).contains("every table is complete");
                lake.done(seeded + ", read again", "verify", "--patience", "90");
            } finally {
                ingest.destroyForcibly().waitFor();
            }
            database.rest();
            lake.done(seeded, "ingest", "--until-caught-up");
            lake.done(seeded, "verify", "--patience", "0");
            assertOneSlotIsLeft(database);
        }
    }

    private void theDatabaseIsKilledAndTheLoadWaitsForIt(BusyDatabase database, SmallLake lake) throws Exception {
        Path log = folder.resolve("seed.log");
        Process load = lake.start(log, SLOW_LOAD);
        try {
            database.killWhileItIsRead();
            assertThat(load.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(load.exitValue())
                    .as("%s: %s", seeded, Files.readString(log))
                    .isZero();
        } finally {
            load.destroyForcibly().waitFor();
        }
    }

    private static void assertOneSlotIsLeft(BusyDatabase database) throws SQLException {
        assertThat(database.text("SELECT string_agg(slot_name, ' ') FROM pg_replication_slots"))
                .isEqualTo("firn_shop");
    }

    /** What a table that is not published goes through never comes. */
    private static void loseChanges(BusyDatabase database) throws SQLException {
        database.run(
                "ALTER PUBLICATION firn_shop DROP TABLE line",
                "UPDATE line SET weight = 5 WHERE item < 30",
                "DELETE FROM line WHERE item = 31",
                "ALTER PUBLICATION firn_shop ADD TABLE line",
                "UPDATE line SET weight = 6 WHERE item = 7");
    }

    private void killOnce(SmallLake lake, int kill) throws Exception {
        Path log = folder.resolve("seed-" + kill + ".log");
        Process process = lake.start(log, SLOW_LOAD);
        try {
            boolean ended = process.waitFor(1500 + random.nextInt(2500), TimeUnit.MILLISECONDS);
            assertThat(ended && process.exitValue() != 0)
                    .as("seed %d: load %d failed by itself: %s", seed, kill, Files.readString(log))
                    .isFalse();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
