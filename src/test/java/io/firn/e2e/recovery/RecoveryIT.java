package io.firn.e2e.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.catalog.config.ConfigLoader;
import io.firn.demo.EmbeddedRedis;
import io.firn.e2e.CommandRun;
import io.firn.e2e.seed.BusyDatabase;
import io.firn.e2e.seed.SmallLake;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Everything that docs/recovery.md is about is lost, and brought back with the commands that it names. */
class RecoveryIT {
    private static final Path TIMES = Path.of("target/recovery-times.txt");
    private static final long ITEMS = Long.getLong("firn.recovery.rows", 2_000);

    @TempDir
    private Path folder;

    private final List<String> times = new ArrayList<>(List.of("rows: " + ITEMS));

    @Test
    void whatIsLostIsBroughtBackAndEqualsPostgresql() throws Exception {
        try (BusyDatabase database = BusyDatabase.start(folder, ITEMS);
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            SmallLake lake = SmallLake.inProcess(folder, database);
            addRedis(lake, redis);
            step("first load", lake, "seed");
            step("a name for the present", lake, "tag", "--name", "before");
            database.run("UPDATE item SET price = price + 1 WHERE id % 10 = 0");
            step("an hour's changes", lake, "ingest", "--until-caught-up");
            step("Redis filled", lake, "project", "--rebuild");
            verify(lake);

            loseTheIndex(lake, database);
            loseTheCatalog(lake, database);
            loseRedis(lake, redis);
            writeWrongRows(lake);
            loseTheSlot(lake, database);
        }
        Files.createDirectories(TIMES.getParent());
        Files.write(TIMES, times);
    }

    private void loseTheIndex(SmallLake lake, BusyDatabase database) throws Exception {
        delete(folder.resolve(".firn/index"));
        database.run("UPDATE item SET price = price + 1 WHERE id % 10 = 1", "DELETE FROM line WHERE item = 3");
        step("index lost: ingest", lake, "ingest", "--until-caught-up");
        verify(lake);
    }

    private void loseTheCatalog(SmallLake lake, BusyDatabase database) throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("lake"))) {
            for (Path file :
                    files.filter(path -> path.toString().contains("catalog.db")).toList()) {
                Files.delete(file);
            }
        }
        CommandRun registered = step("catalog lost: register", lake, "register", "--output", "csv");
        assertThat(registered.out().lines().skip(1).map(line -> line.replaceFirst(",.*", "")))
                .containsExactlyInAnyOrder("item", "item_changes", "line", "line_changes");
        assertThat(lake.run("register", "--output", "csv").out().lines()).hasSize(1);
        database.run("UPDATE item SET price = price + 1 WHERE id % 10 = 2");
        step("catalog lost: ingest", lake, "ingest", "--until-caught-up");
        verify(lake);
        assertThat(lake.run("sql", "--output", "csv", "--tag", "before", "SELECT count(*) FROM item")
                        .out())
                .isEqualTo("count_star()\n" + ITEMS + "\n");
    }

    private void loseRedis(SmallLake lake, EmbeddedRedis redis) {
        try (Jedis jedis = new Jedis(URI.create(redis.uri()))) {
            jedis.flushAll();
            step("Redis lost: project", lake, "project", "--rebuild");
            assertThat(jedis.hget("item:2", "price")).isEqualTo("1.02");
        }
    }

    /** Rows that no change asked for. */
    private void writeWrongRows(SmallLake lake) {
        try (Lake opened = Lake.open(ConfigLoader.load(lake.yaml(), Map.of()).lake())) {
            opened.table("item")
                    .newDelete()
                    .deleteFromRowFilter(Expressions.alwaysTrue())
                    .commit();
        }
        assertThat(lake.run("verify", "item").exitCode()).isEqualTo(3);
        step("wrong rows: rollback", lake, "rollback", "item", "--tag", "before");
        assertThat(lake.run("sql", "--output", "csv", "SELECT price FROM item WHERE id = 10")
                        .out())
                .isEqualTo("price\n0.10\n");
        step("wrong rows: ingest", lake, "ingest", "--until-caught-up");
        verify(lake);
    }

    private void loseTheSlot(SmallLake lake, BusyDatabase database) throws Exception {
        database.run(
                "SELECT pg_drop_replication_slot('firn_shop')",
                "UPDATE item SET price = price + 1 WHERE id % 10 = 3",
                "DELETE FROM item WHERE id = 7");
        CommandRun refused = lake.run("ingest", "--until-caught-up");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("replication slot firn_shop does not exist any more");
        step("slot lost: restart-capture", lake, "restart-capture");
        assertThat(lake.run("restart-capture").err())
                .startsWith("firn: source.postgres: replication slot firn_shop is there, and capture goes on from it");
        database.run("UPDATE item SET price = price + 1 WHERE id % 10 = 4");
        step("slot lost: ingest", lake, "ingest", "--until-caught-up");
        assertThat(lake.run("verify", "--patience", "0").exitCode()).isEqualTo(3);
        step("slot lost: verify --repair", lake, "verify", "--repair", "--patience", "0");
        verify(lake);
    }

    private CommandRun step(String what, SmallLake lake, String... arguments) {
        long begun = System.nanoTime();
        CommandRun run = lake.done(what, arguments);
        times.add("%s: %.1f s".formatted(what, (System.nanoTime() - begun) / 1e9));
        return run;
    }

    private void verify(SmallLake lake) {
        step("verify", lake, "verify", "--patience", "0");
    }

    private static void addRedis(SmallLake lake, EmbeddedRedis redis) throws IOException {
        Files.writeString(
                lake.yaml(),
                Files.readString(lake.yaml())
                        + "serving: { redis: { uri: \"%s\", tables: { item: { key: \"item:{id}\" } } } }\n"
                                .formatted(redis.uri()));
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            List<Path> deepest = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepest) {
                Files.delete(file);
            }
        }
    }
}
