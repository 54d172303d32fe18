package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.e2e.CommandRun;
import java.nio.file.Files;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What happens to a load when something is not as it should be, and when something happens half way. */
class SeedProblemsIT extends FreshDatabase {
    private void seedAndVerify() {
        lake.done("seed", "seed", "--part-megabytes", "1");
        lake.done("verify", "verify", "--patience", "0");
    }

    @Test
    void tablesAreSeenOnlyWhenAllOfThemAreLoadedAndIngestWaitsForThat() {
        assertThat(lake.done("half", "seed", "item").err())
                .contains("the tables will be seen when the others are loaded");
        assertThat(lake.done("rows", "sql", "--output", "csv", "SELECT count(*) AS n FROM item")
                        .out())
                .isEqualTo("n\n0\n");
        CommandRun ingest = lake.run("ingest", "--until-caught-up");
        assertThat(ingest.exitCode()).isEqualTo(2);
        assertThat(ingest.err())
                .isEqualTo("firn: table item is being loaded: run firn seed until it is done, then ingest\n");
        seedAndVerify();
    }

    @Test
    void aTableThatIsTruncatedHalfWayIsReadAgain() throws SQLException {
        lake.done("half", "seed", "item");
        database.run("TRUNCATE item", "INSERT INTO item VALUES (7, 'seven', 7, NULL, NULL, now())");
        assertThat(lake.done("seed", "seed").err()).contains("public.item was truncated: its load starts over");
        lake.done("verify", "verify", "--patience", "0");
    }

    @Test
    void aTableThatIsDroppedHalfWayIsNamedAndTheOthersAreKept() throws SQLException {
        lake.done("half", "seed", "item");
        database.run("ALTER TABLE line RENAME TO hidden");
        CommandRun missing = lake.run("seed");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).isEqualTo("firn: source.postgres: PostgreSQL has no table public.line\n");
        database.run("ALTER TABLE hidden RENAME TO line");
        assertThat(lake.done("goes on", "seed").err()).contains("3,000 rows read in 1 parts");
        lake.done("verify", "verify", "--patience", "0");
    }

    @Test
    void textThatIsNoUnicodeEndsTheLoadWithTheServersWords() throws Exception {
        BusyDatabase bytes = server.empty("bytes", "ENCODING 'SQL_ASCII' TEMPLATE template0");
        bytes.run(
                "CREATE TABLE item (id bigint PRIMARY KEY, name text)",
                "CREATE TABLE line (item bigint, number int, PRIMARY KEY (item, number))",
                "INSERT INTO item VALUES (1, E'good'), (2, E'b\\xe4d')");
        SmallLake other = SmallLake.inProcess(
                Files.createDirectory(folder.resolve("bytes")), bytes.url(), "bytes", "postgres", "none");
        CommandRun refused = other.run("seed");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err().lines().toList()).last().asString().contains("invalid byte sequence for encoding");
        bytes.run("UPDATE item SET name = 'mended' WHERE id = 2");
        other.done("goes on", "seed");
        assertThat(other.done("rows", "sql", "--output", "csv", "SELECT name FROM item ORDER BY id")
                        .out())
                .isEqualTo("name\ngood\nmended\n");
    }

    @Test
    void aTableThatIsAlteredHalfWayStartsOverWithItsNewColumns() throws SQLException {
        lake.done("half", "seed", "line");
        database.run(
                "ALTER TABLE item ADD COLUMN color text DEFAULT 'red'", "UPDATE item SET color = 'blue' WHERE id = 5");
        assertThat(lake.done("seed", "seed").err())
                .contains("public.item was altered, truncated or written anew: its load starts over");
        lake.done("verify", "verify", "--patience", "0");
        assertThat(lake.done("rows", "sql", "--output", "csv", "SELECT id FROM item WHERE color = 'blue'")
                        .out())
                .isEqualTo("id\n5\n");
    }

    @Test
    void aLostSlotMakesTheLoadStartOver() throws SQLException {
        lake.done("half", "seed", "item");
        database.run(
                "SELECT pg_drop_replication_slot('firn_%s_seed')".formatted(prefix), "DELETE FROM item WHERE id < 9");
        assertThat(lake.done("seed", "seed").err())
                .contains("changes since the load began are not known any more: it starts over");
        lake.done("verify", "verify", "--patience", "0");
    }

    @Test
    void aSlotWhoseLogIsGoneMakesTheLoadStartOverAndALoadedLakeIsToldTheWayOut() throws SQLException {
        lake.done("half", "seed", "item");
        loseTheLogOfSlots();
        database.run("DELETE FROM item WHERE id < 9");
        assertThat(lake.done("seed", "seed").err())
                .contains("changes since the load began are not known any more: it starts over");
        lake.done("verify", "verify", "--patience", "0");
        database.run("UPDATE item SET name = 'kept' WHERE id = 9");
        lake.done("ingest", "ingest", "--until-caught-up");

        loseTheLogOfSlots();
        database.run("UPDATE item SET name = 'lost' WHERE id = 10");
        assertRefused(
                lake.run("seed", "item"),
                "source.postgres: replication slot firn_%s has lost the log it needs, because max_slot_wal_keep_size was exceeded, so no change comes into the lake; firn restart-capture makes it anew"
                        .formatted(prefix));
        assertRefused(
                lake.run("ingest", "--until-caught-up"),
                "what changed between is lost; firn restart-capture goes on from now, and firn verify --repair or firn seed brings what is missing");
        lake.done("way out", "restart-capture");
        lake.done("goes on", "ingest", "--until-caught-up");
        assertThat(lake.done("repair", "verify", "item", "--repair", "--patience", "0")
                        .err())
                .contains("item: 1 rows are read again");
        lake.done("verify", "verify", "--patience", "0");
    }

    private void loseTheLogOfSlots() throws SQLException {
        database.run("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
        try {
            await().until(() -> {
                database.run("SELECT pg_logical_emit_message(false, 'x', 'x')", "SELECT pg_switch_wal()", "CHECKPOINT");
                return database.text("SELECT bool_and(wal_status = 'lost') FROM pg_replication_slots")
                        .equals("t");
            });
        } finally {
            database.run("ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()");
        }
    }

    @Test
    void aTableWithoutKeyIsRefusedWithTheReasonUnlessItsRowsAreTheirOwnKey() throws SQLException {
        database.run("ALTER TABLE line DROP CONSTRAINT line_pkey");
        CommandRun refused = lake.run("seed");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualTo(
                        "firn: source.postgres: public.line has no primary key and no replica identity, so its changes cannot be told apart; add a primary key, or ALTER TABLE \"public\".\"line\" REPLICA IDENTITY FULL and name all columns that identify a row in its key\n");
        database.run("ALTER TABLE line REPLICA IDENTITY FULL");
        seedAndVerify();
    }

    @Test
    void aMissingRightIsNamed() throws Exception {
        database.run("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN", "GRANT SELECT ON item TO reader");
        SmallLake readers = SmallLake.inProcess(
                folder, database.url().replace("user=postgres", "user=reader"), prefix, "reader", "none");
        assertRefused(
                readers.run("seed"), "source.postgres.user must have the REPLICATION attribute but reader has not");
        database.run("ALTER ROLE reader REPLICATION");
        assertRefused(readers.run("seed"), "source.postgres: reader may not read public.line; GRANT SELECT lets it");
        database.run("GRANT SELECT ON line TO reader");
        assertRefused(readers.run("seed"), "source.postgres: reader may not publish public.item, public.line");
        database.run("CREATE PUBLICATION firn_%s FOR TABLE item, line".formatted(prefix));
        readers.done("seed", "seed");
        database.run("DROP OWNED BY reader", "DROP ROLE reader");
    }

    private static void assertRefused(CommandRun run, String reason) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
    }
}
