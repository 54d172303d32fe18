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
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Rows of a load that the lake cannot hold or may not show are set aside, and come back when they can. */
class SeedQuarantineIT extends FreshDatabase {
    private static final String CARD = "4111111111111111";
    private static final String[] REPLAY = {"quarantine", "replay", "--output", "csv"};

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
        assertThat(outcomes()).containsExactly("replayed,cut " + lastCutOf(5000));
        assertThat(outcomes()).isEmpty();
        lake.done("verify", "verify", "--patience", "0");
    }

    private String lastCutOf(int item) {
        String query = "SELECT max(_cut) FROM item_changes WHERE id = " + item;
        return lake.done("cut", "sql", "--output", "csv", query)
                .out()
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
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
    void rowsThatDoNotFitWhenATableIsReadAgainGoToQuarantineTooAndTheRunningWriterReplaysThem() throws Exception {
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
            assertThat(again.get().exitCode()).as(again.get().err()).isZero();
            CommandRun asked = lake.done("beside the writer", REPLAY);
            assertThat(asked.err()).contains("a writer is running and is asked to replay");
            assertThat(outcomes(asked)).containsExactly("failed,changed is 0044-03-15 12:00:00+00 BC");
        } finally {
            ingest.destroyForcibly().waitFor();
        }
        assertThat(outcomes()).containsExactly("failed,changed is 0044-03-15 12:00:00+00 BC");
    }

    /** Replays what is in quarantine. @return action and detail, up to a comma, of each record */
    private List<String> outcomes() {
        return outcomes(lake.done("replay", REPLAY));
    }

    private static List<String> outcomes(CommandRun replay) {
        return replay.out()
                .lines()
                .skip(1)
                .map(line -> line.replaceAll("^[^,]*,[^,]*,([^,]*),\"?([^,\"]*).*$", "$1,$2"))
                .toList();
    }
}
