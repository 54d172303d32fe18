package io.firn.dq.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import io.firn.catalog.config.Tolerance;
import io.firn.dq.TestLake;
import io.firn.dq.result.Result;
import io.firn.dq.result.Verdict;
import io.firn.dq.verify.LakeProgress;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceExpectationTest {
    private static final Expectation SOURCE = new Expectation.Source(Severity.CRITICAL);

    private static EmbeddedPostgres server;
    private static TestLake lake;

    @BeforeAll
    static void fill(@TempDir Path folder) throws Exception {
        server = EmbeddedPostgres.builder().start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : new String[] {"good", "bad", "empty", "nulls"}) {
                statement.execute("CREATE TABLE %s (id bigint PRIMARY KEY, ref bigint, name text, price numeric(12,2))"
                        .formatted(table));
            }
            statement.execute("INSERT INTO good VALUES (1, NULL, 'a', 1), (2, 7, 'b', 2.5)");
            statement.execute("INSERT INTO bad VALUES (1, NULL, 'a', 1), (2, 7, 'b', 2.5)");
            statement.execute("INSERT INTO nulls VALUES (1, NULL, NULL, NULL)");
        }
        lake = new TestLake(folder, "good", "bad", "empty", "nulls");
        lake.put("good", 1, null, "a", "1.00").put("good", 2, 7L, "b", "2.50");
        lake.put("bad", 1, null, "a", "1.00").put("bad", 3, 7L, "b", "2.50").put("bad", 4, 7L, "b", "2.50");
        lake.put("nulls", 1, null, null, null);
        lake.commit(Instant.parse("2026-11-20T08:00:00Z"));
    }

    @AfterAll
    static void close() throws Exception {
        lake.close();
        server.close();
    }

    /** The lake does not follow this source, so that there is nothing to wait for. */
    private static final class Access implements SourceAccess {
        @Override
        public Connection connect() {
            try {
                return server.getPostgresDatabase().getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public LakeProgress progress() {
            return new LakeProgress(Map.of("good", lake.lake.table(TableDefinition.changeLogOf("good"))));
        }

        @Override
        public Duration patience() {
            return Duration.ZERO;
        }
    }

    private static Result look(String table, Expectation expectation) {
        return new Looking(lake, new Access()).full(table, expectation);
    }

    @Test
    void theSameRowsHold() {
        assertThat(look("good", SOURCE).verdict()).isEqualTo(Verdict.HELD);
        assertThat(look("good", SOURCE).detail()).isEqualTo("2 rows are the same");
        assertThat(look("empty", SOURCE).detail()).isEqualTo("0 rows are the same");
        assertThat(look("nulls", SOURCE).detail()).isEqualTo("1 rows are the same");
    }

    @Test
    void otherRowsAreShownByTheirKeys() {
        Result result = look("bad", SOURCE);

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.detail()).isEqualTo("the lake has 3 rows and the source 2");
        assertThat(result.failing()).isEqualTo(3);
        assertThat(result.sample())
                .containsExactly(
                        Map.of("id", "2", "difference", "MISSING_IN_LAKE"),
                        Map.of("id", "3", "difference", "MISSING_IN_SOURCE"),
                        Map.of("id", "4", "difference", "MISSING_IN_SOURCE"));
    }

    @Test
    void numbersAreReconciledWithTheSource() {
        assertThat(look("good", total("good")).detail()).isEqualTo("left is 3.5, right is 3.5, apart by 0");
        assertThat(look("bad", total("bad")).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(look("bad", total("bad")).measured()).isEqualTo(2.5);
        assertThat(look("empty", total("empty")).verdict()).isEqualTo(Verdict.HELD);
        assertThat(look("nulls", total("nulls")).verdict()).isEqualTo(Verdict.HELD);
    }

    private static Expectation total(String table) {
        String query = "SELECT sum(price) FROM %s;".formatted(table);
        return new Expectation.Reconcile(
                "total",
                query,
                query,
                Expectation.Reconcile.Place.SOURCE,
                new Tolerance(0, Tolerance.Unit.ABSOLUTE),
                Severity.CRITICAL);
    }

    @Test
    void aQueryThatTheSourceRefusesIsAnError() {
        Expectation wrong = new Expectation.Reconcile(
                "total",
                "SELECT 1",
                "SELECT nothing FROM good",
                Expectation.Reconcile.Place.SOURCE,
                new Tolerance(0, Tolerance.Unit.ABSOLUTE),
                Severity.CRITICAL);

        Result result = look("good", wrong);
        assertThat(result.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(result.detail())
                .startsWith("the query at the source failed: ERROR: column \"nothing\" does not exist");
    }
}
