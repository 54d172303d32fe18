package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.firn.e2e.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A load whose disk becomes full: a file system in memory that only a child process sees, so that no root is needed.
 */
class DiskFullIT {
    private static final String[] NAMESPACE = {"unshare", "--user", "--map-root-user", "--mount"};
    private static final long ITEMS = 20_000;

    @TempDir
    private Path folder;

    @Test
    void aLoadOntoAFullDiskSaysSoInOneLineAndIsGoneOnWithWhenThereIsRoom() throws Exception {
        assumeTrue(mayMount(), "unshare lets nobody mount a file system here");
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS)) {
            Path disk = Files.createDirectory(folder.resolve("disk"));
            Path log = folder.resolve("log");
            SmallLake lake = SmallLake.inProcess(folder, database);
            Process child = SmallLake.child(
                    log, NAMESPACE, OnSmallDisk.class, lake.yaml().toString(), disk.toString());
            try {
                assertThat(child.waitFor()).as(Files.readString(log)).isZero();
            } finally {
                child.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean mayMount() throws InterruptedException {
        try {
            return run(NAMESPACE[0], NAMESPACE[1], NAMESPACE[2], NAMESPACE[3], "mount", "-t", "tmpfs", "tmpfs", "/mnt")
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor();
    }

    /** What the child process does. */
    static final class OnSmallDisk {
        private OnSmallDisk() {}

        /** @param arguments a configuration, and an empty folder that becomes the disk */
        public static void main(String[] arguments) throws Exception {
            Path disk = Path.of(arguments[1]);
            assertThat(run("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk.toString()))
                    .isZero();
            SmallLake lake = new SmallLake(disk, disk.resolve("firn.yaml"));
            Files.copy(Path.of(arguments[0]), lake.yaml());
            CommandRun full = lake.run("seed", "--part-megabytes", "1", "--max-connections", "1");
            assertThat(full.exitCode()).as(full.err()).isEqualTo(1);
            assertThat(full.err().lines().toList()).last().asString().contains("No space left on device");
            assertThat(run("mount", "-o", "remount,size=100m", disk.toString())).isZero();
            assertThat(lake.done("nothing is seen", "sql", "--output", "csv", "SELECT count(*) AS n FROM item")
                            .out())
                    .isEqualTo("n\n0\n");
            lake.done("goes on", "seed");
            lake.done("verify", "verify", "--patience", "0");
        }
    }
}
