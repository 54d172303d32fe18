package io.firn.e2e.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.e2e.CommandRun;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What follows a load begins with the loaded rows: comparisons, repairs, and days that are made again. */
class AfterSeedIT extends FreshDatabase {
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
}
