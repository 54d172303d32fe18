package io.firn.dq.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import io.firn.catalog.config.Tolerance;
import io.firn.dq.TestLake;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.result.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is expected of rows, on a good table, a bad one, an empty one and one that is full of nulls. */
class RowExpectationsTest {
    private static final Instant MORNING = Instant.parse("2026-11-20T08:00:00Z");

    private static TestLake lake;

    @BeforeAll
    static void fill(@TempDir Path folder) {
        lake = new TestLake(folder, "category", "good", "bad", "empty", "nulls");
        lake.put("category", 1, null, "lamps", null).put("category", 2, null, "chairs", null);
        lake.put("good", 1, 1L, "EUR", "1.00").put("good", 2, 2L, "USD", "2.00").put("good", 3, null, null, "3.00");
        lake.put("bad", 1, 1L, "EUR", "1.00").put("bad", 2, 3L, "DEM", "-2.00").put("bad", 3, 4L, "EUR", null);
        lake.put("nulls", 1, null, null, null).put("nulls", 2, null, null, null);
        lake.commit(MORNING);
        lake.forgetOldRows().put("bad", 1, 1L, "EUR", "1.50").commit(MORNING.plusSeconds(60));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static Expectation expectation(String kind, String table) {
        return switch (kind) {
            case "sql" ->
                new Expectation.Sql(
                        "negative", "SELECT id FROM %s WHERE price < 0".formatted(table), 0, Severity.CRITICAL);
            case "reconcile" ->
                new Expectation.Reconcile(
                        "total",
                        "SELECT sum(price) FROM " + table,
                        "SELECT sum(price) FROM %s_changes".formatted(table),
                        Expectation.Reconcile.Place.LAKE,
                        new Tolerance(0, Tolerance.Unit.ABSOLUTE),
                        Severity.CRITICAL);
            default -> expectation(kind);
        };
    }

    private static Expectation expectation(String kind) {
        return switch (kind) {
            case "unique.key" -> new Expectation.Unique("key", List.of("id"), Severity.CRITICAL);
            case "unique.name" -> new Expectation.Unique("name", List.of("name"), Severity.CRITICAL);
            case "references" ->
                new Expectation.References(
                        "category",
                        List.of("ref"),
                        "category",
                        List.of("id"),
                        Duration.ofMinutes(15),
                        Severity.CRITICAL);
            case "nulls" -> new Expectation.Nulls("price", 0, Severity.WARN);
            case "accepted" -> new Expectation.Accepted("name", List.of("EUR", "USD"), Severity.CRITICAL);
            case "rule" -> new Expectation.Rule("paid", "price >= 0", Severity.WARN);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Expectation sql(long atMost) {
        return new Expectation.Sql("negative", "SELECT id, price FROM bad WHERE price < 0;", atMost, Severity.CRITICAL);
    }

    private static Expectation reconcile(String tolerance) {
        Tolerance around = tolerance.endsWith("%")
                ? new Tolerance(Double.parseDouble(tolerance.replace("%", "")) / 100, Tolerance.Unit.SHARE)
                : new Tolerance(Double.parseDouble(tolerance), Tolerance.Unit.ABSOLUTE);
        return new Expectation.Reconcile(
                "total",
                "SELECT sum(price) FROM good",
                "SELECT sum(price) FROM good_changes WHERE price > 1",
                Expectation.Reconcile.Place.LAKE,
                around,
                Severity.CRITICAL);
    }

    @ParameterizedTest(name = "{0} of {1}: {2}, {3}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            unique.key  | good  | HELD   | 0   | no key has two rows
            unique.key  | bad   | FAILED | 1   | 1 keys have more than one row
            unique.key  | empty | HELD   | 0   | no key has two rows
            unique.key  | nulls | HELD   | 0   | no key has two rows
            unique.name | good  | HELD   | 0   | no key has two rows
            unique.name | bad   | FAILED | 1   | 1 keys have more than one row
            unique.name | empty | HELD   | 0   | no key has two rows
            unique.name | nulls | HELD   | 0   | no key has two rows
            references  | good  | HELD   | 0   | every row refers to a row that is there
            references  | bad   | FAILED | 2   | 2 rows refer to rows that are missing; 0 more may still come
            references  | empty | HELD   | 0   | every row refers to a row that is there
            references  | nulls | HELD   | 0   | every row refers to a row that is there
            nulls       | good  | HELD   | 0   | 0 of 3 rows have no value
            nulls       | bad   | FAILED | 0.25 | 1 of 4 rows have no value
            nulls       | empty | HELD   | 0   | 0 of 0 rows have no value
            nulls       | nulls | FAILED | 1   | 2 of 2 rows have no value
            accepted    | good  | HELD   | 0   | all values are accepted
            accepted    | bad   | FAILED | 1   | 1 rows have another value
            accepted    | empty | HELD   | 0   | all values are accepted
            accepted    | nulls | HELD   | 0   | all values are accepted
            rule        | good  | HELD   | 0   | every row keeps it
            rule        | bad   | FAILED | 1   | 1 rows break it
            rule        | empty | HELD   | 0   | every row keeps it
            rule        | nulls | HELD   | 0   | every row keeps it
            sql         | good  | HELD   | 0   | 0 rows are found
            sql         | bad   | FAILED | 1   | 1 rows are found
            sql         | empty | HELD   | 0   | 0 rows are found
            sql         | nulls | HELD   | 0   | 0 rows are found
            reconcile   | good  | HELD   | 0   | left is 6, right is 6, apart by 0
            reconcile   | empty | HELD   | -   | left is nothing, right is nothing
            reconcile   | nulls | HELD   | -   | left is nothing, right is nothing
            """)
    void comesTo(String kind, String table, Verdict verdict, @Nullable Double measured, String detail) {
        Result result = new Looking(lake).full(table, expectation(kind, table));

        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.measured()).isEqualTo(measured);
        assertThat(result.detail()).isEqualTo(detail);
        assertThat(result.scope()).isEqualTo(Scope.FULL);
        assertThat(result.sample().isEmpty()).isEqualTo(verdict == Verdict.HELD);
    }

    @Test
    void whatBreaksTheRuleIsShownByItsKey() {
        assertThat(new Looking(lake).full("bad", expectation("unique.key")).sample())
                .containsExactly(Map.of("id", "1", "rows", "2"));
        assertThat(new Looking(lake).full("bad", expectation("references")).sample())
                .containsExactly(Map.of("id", "2", "ref", "3"), Map.of("id", "3", "ref", "4"));
        assertThat(new Looking(lake).full("bad", expectation("accepted")).sample())
                .containsExactly(Map.of("id", "2", "name", "DEM"));
        assertThat(new Looking(lake).full("bad", sql(0)).sample()).containsExactly(Map.of("id", "2", "price", "-2.00"));
        assertThat(new Looking(lake).full("bad", expectation("rule")).sample())
                .containsExactly(Map.of("id", "2", "price", "-2.00"));
    }

    @Test
    void sensitiveColumnsAreNotShown() {
        Looking looking = new Looking(lake).hiding("name", "price", "id");

        assertThat(looking.full("bad", expectation("accepted")).sample())
                .containsExactly(Map.of("id", "***", "name", "***"));
        assertThat(looking.full("bad", sql(0)).sample()).containsExactly(Map.of("id", "***", "price", "***"));
        assertThat(looking.full("bad", expectation("unique.key")).sample())
                .containsExactly(Map.of("id", "***", "rows", "2"));
    }

    @Test
    void aQueryMayFindSomeRows() {
        assertThat(new Looking(lake).verdict("bad", sql(1))).isEqualTo(Verdict.HELD);
    }

    @Test
    void aQueryThatIsWrongIsAnErrorOfItsOwn() {
        Result result = new Looking(lake)
                .full("good", new Expectation.Sql("x", "SELECT nothing FROM good", 0, Severity.CRITICAL));

        assertThat(result.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(result.detail()).contains("Referenced column \"nothing\" not found");
        assertThat(result.isCriticalFailure()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, HELD", "0.99, FAILED", "20%, HELD", "19%, FAILED"})
    void numbersMayBeApartByATolerance(String tolerance, Verdict verdict) {
        assertThat(new Looking(lake).verdict("good", reconcile(tolerance))).isEqualTo(verdict);
    }

    @Test
    void noNumberOnBothSidesIsAgreementAndOnOneSideIsNot() {
        Expectation none = new Expectation.Reconcile(
                "none",
                "SELECT sum(price) FROM empty",
                "SELECT sum(price) FROM nulls",
                Expectation.Reconcile.Place.LAKE,
                new Tolerance(0, Tolerance.Unit.ABSOLUTE),
                Severity.CRITICAL);
        Expectation one = new Expectation.Reconcile(
                "one",
                "SELECT sum(price) FROM empty",
                "SELECT sum(price) FROM good",
                Expectation.Reconcile.Place.LAKE,
                new Tolerance(100, Tolerance.Unit.ABSOLUTE),
                Severity.CRITICAL);

        assertThat(new Looking(lake).verdict("empty", none)).isEqualTo(Verdict.HELD);
        Result result = new Looking(lake).full("empty", one);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.detail()).isEqualTo("left is nothing, right is 6");
    }

    @Test
    void aTableWithoutSnapshotsHasNoRows() {
        assertThat(lake.lake.table("empty").currentSnapshot()).isNull();
        assertThat(new Looking(lake).full("empty", expectation("nulls")).snapshotId())
                .isNull();
    }
}
