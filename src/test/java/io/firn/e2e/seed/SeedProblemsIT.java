package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.e2e.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a load when something is not as it should be, and when something happens half way. */
class SeedProblemsIT {
    private static final long ITEMS = 3000;
    private static final String CARD = "4111111111111111";

    @TempDir
    private static Path serverFolder;

    private static BusyDatabase server;
    private static int databases;

    @TempDir
    private Path folder;

    private BusyDatabase database;
    private SmallLake lake;
    private String prefix;

    @BeforeAll
    static void startServer() throws SQLException {
        server = BusyDatabase.start(serverFolder, 1);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void freshDatabase() throws SQLException, IOException {
        prefix = "test" + ++databases;
        database = server.another(prefix, ITEMS);
        lake = SmallLake.inProcess(folder, database.url(), prefix, "postgres", "none");
    }

    @AfterEach
    void dropSlots() throws SQLException {
        server.text("SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots");
    }

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
    void aDayAfterALoadIsMadeAgainFromTheLoadedRowsAndTheChangesAfterThem() throws SQLException {
        lake.done("seed", "seed");
        database.run(
                "DELETE FROM item WHERE id % 5 = 0",
                "UPDATE line SET weight = 0 WHERE number = 1",
                "SELECT pg_logical_emit_message(true, 'firn.day-close', '2026-11-20')");
        lake.done("ingest", "ingest", "--until-caught-up");
        lake.done("replay", "replay", "--day", "2026-11-20");
        lake.done("replay", "replay", "--day", "2026-11-20", "--from-scratch");
    }

    @Test
    void aComparisonInPartsIsGoneOnWithAndFindsTheSameDifferences() throws SQLException {
        lake.done("seed", "seed");
        assertThat(lake.done("one part", "verify", "item", "--part-rows", "1000", "--for", "0")
                        .err())
                .contains("item: 3 parts are left for the next run");
        database.run(
                "ALTER PUBLICATION firn_%s DROP TABLE item".formatted(prefix),
                "UPDATE item SET name = 'other' WHERE id IN (-5, 1, 1500, 3000)",
                "INSERT INTO item VALUES (9000, NULL, NULL, NULL, NULL, now())");
        CommandRun found = lake.run("verify", "item", "--part-rows", "1000", "--patience", "0", "--output", "csv");
        assertThat(found.exitCode()).isEqualTo(3);
        assertThat(found.out()).startsWith("table,postgresql_rows,lake_rows,equal,digest\nitem,3001,3000,false,3000:");
        assertThat(found.err().lines().filter(line -> line.startsWith("firn: item: row ")))
                .hasSize(4)
                .last()
                .asString()
                .contains("row id=9000 is missing in the lake");

        database.run("DELETE FROM item WHERE id IN (2, 2000)");
        CommandRun repaired = lake.done("repair", "verify", "item", "--repair", "--patience", "0");
        assertThat(repaired.err()).contains("item: 6 rows are read again and written with cut 2");
        lake.done("repaired", "verify", "--patience", "0");
        assertThat(lake.done("log", "sql", "--output", "csv", "SELECT _op, id FROM item_changes ORDER BY id")
                        .out())
                .isEqualTo("_op,id\nr,1\nd,2\nr,1500\nd,2000\nr,3000\nr,9000\n");
        database.run("ALTER PUBLICATION firn_%s ADD TABLE item".formatted(prefix), "DELETE FROM item WHERE id = 9000");
        lake.done("goes on", "ingest", "--until-caught-up");
        lake.done("goes on", "verify", "--patience", "0");
    }

    @Test
    void rowsComeFromFilesAndChangesFromTheDatabase() throws Exception {
        Path files = Files.createDirectories(folder.resolve("export"));
        export("SELECT * FROM item WHERE id < 1000", files.resolve("item/1.csv"));
        export("SELECT * FROM item WHERE id >= 1000", files.resolve("item/2.csv"));
        Path csv = folder.resolve("line.csv");
        export("SELECT * FROM line", csv);
        Files.createDirectories(files.resolve("line"));
        try (var duck = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute("COPY (FROM read_csv('%s')) TO '%s' (FORMAT parquet)"
                    .formatted(csv, files.resolve("line/all.parquet")));
        }
        Files.writeString(
                files.resolve("item/3.csv"),
                "id,name,price,note,tags,changed\n5000,dear,99999999999.99,,,2026-11-01 00:00:00+00\n");
        lake.done("seed", "seed", "--from", files.toString());
        lake.done("verify", "verify", "--patience", "0");
        database.run("DELETE FROM item WHERE id % 3 = 0", "UPDATE line SET code = 'new' WHERE number = 2");
        lake.done("ingest", "ingest", "--until-caught-up");
        lake.done("verify", "verify", "--patience", "0");
        aRowThatDidNotFitIsReplayedOnceItsColumnIsWider();
    }

    private void aRowThatDidNotFitIsReplayedOnceItsColumnIsWider() throws SQLException {
        assertThat(outcomes()).containsExactly("failed,price is 99999999999.99");
        database.run(
                "ALTER PUBLICATION firn_%s DROP TABLE item".formatted(prefix),
                "ALTER TABLE item ALTER price TYPE numeric(20,2)",
                "INSERT INTO item VALUES (5000, 'dear', 99999999999.99, NULL, NULL, '2026-11-01 00:00:00+00')",
                "ALTER PUBLICATION firn_%s ADD TABLE item".formatted(prefix),
                "DELETE FROM item WHERE id = 1");
        lake.done("ingest", "ingest", "--until-caught-up");
        assertThat(outcomes()).singleElement().asString().matches("replayed,cut \\d+");
        assertThat(outcomes()).isEmpty();
        lake.done("verify", "verify", "--patience", "0");
    }

    private void export(String query, Path file) throws Exception {
        Files.createDirectories(file.getParent());
        try (var connection = database.connect();
                var out = Files.newOutputStream(file)) {
            connection
                    .unwrap(org.postgresql.PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (%s) TO STDOUT (FORMAT csv, HEADER)".formatted(query), out);
        }
    }

    @Test
    void everyTypeIsLoadedAsPostgresPrintsItAndAsItsChangesBringIt() throws Exception {
        database.run(
                "CREATE TYPE mood AS ENUM ('glad', 'sad''ly')",
                "CREATE DOMAIN positive AS numeric(9,3) CHECK (VALUE > 0)",
                """
                CREATE TABLE types (id int PRIMARY KEY, s smallint, b bigint, r real, d double precision,
                  n numeric(38,10), free numeric, p positive, flag boolean, day date, t timestamp, t3 timestamp(3),
                  tz timestamptz, clock time, i interval, bytes bytea, j json, jb jsonb, u uuid, net inet,
                  c char(5), v varchar(9), m mood, cash money, bits bit(3), place point, texts text[], ints int[],
                  prices numeric(10,2)[], blobs bytea[], times timestamptz[], flags boolean[], "Odd ""name" text)
                """,
                """
                INSERT INTO types VALUES (1, -32768, 9223372036854775807, 'NaN', '-Infinity',
                  1234567890123456789012345678.0123456789, 1e-30, 0.001, true, '0001-01-01', '9999-12-31 23:59:59.999999',
                  '2026-02-28 01:02:03.004', '1969-12-31 23:59:59.999999+00', '24:00:00',
                  '1 year -2 days 03:04:05.6', '\\x00ff22', '{"a": [1, "x\\ny"]}', '{"b": null}',
                  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.0/8', 'ab', E'q"\\n,', 'sad''ly', -1234.56, B'101', '(1,2)',
                  ARRAY['a"b', NULL, '', 'c,d\\'], ARRAY[1,NULL,-3], ARRAY[1.10,99999999.99], ARRAY['\\x01'::bytea, NULL],
                  ARRAY['2026-01-01 00:00:00+03'::timestamptz], ARRAY[true,false], 'odd')
                """,
                "INSERT INTO types (id, v, texts, bytes) VALUES (2, '', '{}', '')",
                "INSERT INTO types (id, r, d, cash, c) VALUES (3, 1.1, 0.1, 92233720368547758.07, '')");
        Path yaml = folder.resolve("types/firn.yaml");
        CommandRun init = CommandRun.of(
                Map.of(),
                "-c",
                yaml.toString(),
                "init",
                "--url",
                database.url(),
                "--login",
                "postgres",
                "--role",
                "postgres",
                "--topic-prefix",
                prefix);
        assertThat(init.exitCode()).as(init.err()).isZero();
        for (String command :
                new String[] {"seed", "verify --patience 0", "change", "ingest --until-caught-up", "verify --patience 0"
                }) {
            if (command.equals("change")) {
                database.run("UPDATE types SET s = coalesce(s, 0) + 1");
                continue;
            }
            CommandRun run =
                    CommandRun.of(Map.of("FIRN_PG_PASSWORD", "none"), ("-c " + yaml + " " + command).split(" "));
            assertThat(run.exitCode())
                    .as(command + ": " + run.out() + run.err())
                    .isZero();
        }
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
    void rowsThatTheLakeCannotHoldOrThatBreakARuleGoToQuarantineWithTheReason() throws SQLException, IOException {
        Files.writeString(
                lake.yaml(),
                Files.readString(lake.yaml())
                        .replace("key: [id],", "key: [id], rules: { cheap: { that: price < 100000 } },"));
        database.run(
                "UPDATE item SET price = 200000 WHERE id IN (20, 21)",
                "UPDATE item SET price = 'NaN' WHERE id = 17",
                "UPDATE item SET changed = 'infinity' WHERE id = 18",
                "UPDATE item SET changed = '0044-03-15 12:00:00 BC' WHERE id = 19");
        lake.done("one table", "seed", "item");
        database.run("UPDATE item SET price = 1 WHERE id = 21");
        lake.done("seed", "seed");
        assertThat(lake.done("rows", "sql", "--output", "csv", "SELECT reason FROM firn_quarantine ORDER BY 1")
                        .out())
                .isEqualTo("""
                        reason
                        "changed is 0044-03-15 12:00:00+00 BC, which its type timestamptz cannot hold"
                        "changed is infinity, which its type timestamptz cannot hold"
                        "price is NaN, which its type decimal(12, 2) cannot hold"
                        rule cheap: price < 100000
                        """);
        CommandRun verify = lake.run("verify", "--patience", "0");
        assertThat(verify.exitCode()).isEqualTo(3);
        assertThat(verify.err().lines())
                .containsExactlyInAnyOrder(
                        "firn: item: row id=17 is missing in the lake",
                        "firn: item: row id=18 is missing in the lake",
                        "firn: item: row id=19 is missing in the lake",
                        "firn: item: row id=20 is missing in the lake");
        database.run("UPDATE item SET price = 1 WHERE id = 17", "UPDATE item SET changed = now() WHERE id = 18");
        lake.done("ingest", "ingest", "--until-caught-up");
        assertThat(outcomes())
                .containsExactlyInAnyOrder(
                        "superseded,a newer change of the row",
                        "superseded,a newer change of the row",
                        "failed,changed is 0044-03-15 12:00:00+00 BC",
                        "failed,rule cheap: price < 100000");
        assertThat(outcomes())
                .containsExactlyInAnyOrder(
                        "failed,changed is 0044-03-15 12:00:00+00 BC", "failed,rule cheap: price < 100000");
    }

    @Test
    void aCardNumberIsInNoFileLogReportOrAnswer() throws Exception {
        Files.writeString(
                lake.yaml(),
                Files.readString(lake.yaml())
                                .replace(
                                        "key: [id],",
                                        "key: [id], columns: { name: { policy: tokenize } }, rules: { cheap: { that: price < 100000 } },")
                        + "protection: { key: 0123456789abcdef }\n");
        database.run(
                "UPDATE item SET name = '%s' WHERE id < 30".formatted(CARD),
                "UPDATE item SET price = 200000 WHERE id = 20",
                "UPDATE item SET price = 'NaN' WHERE id = 21");
        StringBuilder told = new StringBuilder();
        Path report = folder.resolve("report.html");
        try (LogFile log = LogFile.of(folder.resolve("firn.log"))) {
            told(told, "seed");
            database.run(
                    "UPDATE item SET price = 300000, name = '%s' WHERE id = 1".formatted(CARD),
                    "UPDATE item SET name = '%1$s' || '%1$s' WHERE id = 2".formatted(CARD),
                    "DELETE FROM item WHERE id = 3",
                    "INSERT INTO item SELECT 9000, '%s', 1, NULL, NULL, now()".formatted(CARD));
            told(told, "ingest", "--until-caught-up");
            told(told, "quarantine", "replay", "--output", "json");
            told(told, "audit", "changes", "item", "--key", "2");
            told(told, "verify", "--patience", "0");
            told(told, "dq", "--full", "--report", report.toString());
            told(told, "sql", "SELECT * FROM item WHERE id < 30");
            told(told, "sql", "SELECT CAST(name AS BIGINT) + CAST('x' AS BIGINT) FROM item");
        }
        assertThat(Traces.in(folder, CARD)).isEmpty();
        assertThat(told.toString()).contains("rule cheap: price < 100000").doesNotContain(CARD);
        assertThat(Traces.in(folder, "price < 100000"))
                .as("what is looked for is found")
                .hasSizeGreaterThan(2);
        assertThat(Files.size(folder.resolve("firn.log"))).isPositive();
    }

    private void told(StringBuilder told, String... command) {
        CommandRun run = lake.run(command);
        told.append(run.out()).append(run.err());
    }

    @Test
    void rowsThatDoNotFitWhenATableIsReadAgainGoToQuarantineToo() throws Exception {
        lake.done("seed", "seed");
        database.run(
                "ALTER PUBLICATION firn_%s DROP TABLE item".formatted(prefix),
                "UPDATE item SET changed = '0044-03-15 12:00:00 BC' WHERE id = 19",
                "ALTER PUBLICATION firn_%s ADD TABLE item".formatted(prefix));
        Process ingest = lake.start(folder.resolve("ingest.log"), "ingest");
        FutureTask<CommandRun> again = new FutureTask<>(() -> lake.run("seed", "item"));
        new Thread(again, "seed").start();
        try {
            await().atMost(Duration.ofMinutes(5)).until(() -> {
                database.run("UPDATE line SET weight = weight + 1 WHERE item = 500");
                return again.isDone();
            });
        } finally {
            ingest.destroyForcibly().waitFor();
        }
        assertThat(again.get().exitCode()).as(again.get().err()).isZero();
        assertThat(outcomes()).containsExactly("failed,changed is 0044-03-15 12:00:00+00 BC");
    }

    /** Replays what is in quarantine. @return action and detail, up to a comma, of each record */
    private List<String> outcomes() {
        return lake.done("replay", "quarantine", "replay", "--output", "csv")
                .out()
                .lines()
                .skip(1)
                .map(line -> line.replaceAll("^[^,]*,[^,]*,([^,]*),\"?([^,\"]*).*$", "$1,$2"))
                .toList();
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

    @Test
    void whatInitWritesIsEnoughForARoleThatMayDoNothingElse() throws Exception {
        database.run(
                "DROP TABLE line",
                "CREATE TABLE line (item bigint, number int, note text, PRIMARY KEY (item, number)) PARTITION BY HASH (item)",
                "CREATE TABLE line_a PARTITION OF line FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE line_b PARTITION OF line FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO line SELECT i / 3, i % 3, 'note' FROM generate_series(1, 2000) AS i",
                "CREATE TABLE remark (text text, at time)");
        Path yaml = folder.resolve("new/firn.yaml");
        String plainUrl = database.url().replace("?user=postgres", "");
        CommandRun init = CommandRun.of(
                Map.of(),
                "-c",
                yaml.toString(),
                "init",
                "--url",
                plainUrl,
                "--login",
                "postgres",
                "--role",
                "role_" + prefix,
                "--topic-prefix",
                prefix,
                "--source",
                "postgres");
        assertThat(init.exitCode()).as(init.err()).isZero();
        assertThat(init.err()).contains("public.remark has no key and is left out: see firn.yaml");
        assertThat(Files.readString(yaml)).contains("Column at: time without time zone becomes text");
        database.run(Files.readString(yaml.resolveSibling("firn-owner.sql")));
        database.run("ALTER ROLE role_%s PASSWORD 'right'".formatted(prefix));
        askForPassword("role_" + prefix);
        Map<String, String> right = Map.of("FIRN_PG_PASSWORD", "right");
        for (String command : new String[] {"check", "seed", "ingest --until-caught-up", "verify --patience 0"}) {
            CommandRun run = CommandRun.of(right, ("-c " + yaml + " " + command).split(" "));
            assertThat(run.exitCode())
                    .as(command + ": " + run.out() + run.err())
                    .isZero();
        }
        for (String command : new String[] {"seed", "verify"}) {
            CommandRun run =
                    CommandRun.of(Map.of("FIRN_PG_PASSWORD", "wrong"), ("-c " + yaml + " " + command).split(" "));
            assertThat(run.exitCode()).as(command + ": " + run.err()).isEqualTo(2);
            assertThat(run.err())
                    .contains("refused the login of role_" + prefix)
                    .doesNotContain("wrong");
        }
        CommandRun again =
                CommandRun.of(Map.of(), "-c", yaml.toString(), "init", "--url", plainUrl, "--login", "postgres");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("firn.yaml is there already; --overwrite replaces it");
    }

    private static void askForPassword(String role) throws Exception {
        Path file = serverFolder.resolve("postgres/pg_hba.conf");
        Files.writeString(file, "host all " + role + " all scram-sha-256\n" + Files.readString(file));
        server.text("SELECT pg_reload_conf()");
    }
}
