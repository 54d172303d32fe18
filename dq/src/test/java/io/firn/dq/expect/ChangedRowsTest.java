package io.firn.dq.expect;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.Expectation;
import io.firn.catalog.config.Severity;
import io.firn.dq.TestLake;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.result.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where only changed rows are looked at, the verdict is the same. */
class ChangedRowsTest {
    private static final Instant MORNING = Instant.parse("2026-11-20T08:00:00Z");
    private static final Expectation.Unique KEY = new Expectation.Unique("key", List.of("id"), Severity.CRITICAL);
    private static final Expectation.Unique NAME = new Expectation.Unique("name", List.of("name"), Severity.CRITICAL);
    private static final Expectation REFERENCES = new Expectation.References(
            "parent", List.of("ref"), "parent", List.of("id"), Duration.ofMinutes(15), Severity.CRITICAL);
    private static final Expectation ACCEPTED =
            new Expectation.Accepted("name", List.of("a", "b", "c"), Severity.CRITICAL);
    private static final UniqueCheck.Budget NOTHING = new UniqueCheck.Budget(0, 0);

    private TestLake lake;
    private Looking looking;

    @BeforeEach
    void fill(@TempDir Path folder) {
        lake = new TestLake(folder, "child", "parent");
        lake.put("parent", 1, null, "p1", null).put("parent", 2, null, "p2", null);
        lake.put("child", 1, 1L, "a", "1").put("child", 2, 2L, "b", "2");
        lake.commit(MORNING);
        looking = new Looking(lake).at(MORNING.plusSeconds(7200));
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private void comesTo(Expectation expectation, Verdict verdict, Scope scope, double measured) {
        Result result = looking.changes("child", expectation);
        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.scope()).isEqualTo(scope);
        assertThat(result.measured()).isEqualTo(measured);
    }

    @Test
    void theFirstLookIsAtEverythingAndTheNextAtWhatChanged() {
        comesTo(KEY, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 1, 1L, "c", "1").put("child", 3, 1L, "d", "3").delete("child", 2);
        lake.commit(MORNING);
        comesTo(KEY, Verdict.HELD, Scope.INCREMENTAL, 0);
        comesTo(KEY, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void aRowWhoseOldVersionStayedIsFoundByCountingRows() {
        comesTo(KEY, Verdict.HELD, Scope.FULL, 0);
        lake.forgetOldRows().put("child", 1, 1L, "c", "1").commit(MORNING);
        comesTo(KEY, Verdict.FAILED, Scope.FULL, 1);

        Finding finding = looking.unique("child", KEY, NOTHING);
        assertThat(finding.scope()).isEqualTo(Scope.FULL);
        assertThat(finding.sample()).containsExactly(Map.of("id", "1", "rows", "2"));
    }

    @Test
    void rowsThatAddUpNeedNotBeRead() {
        comesTo(KEY, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 3, 1L, "c", "1").delete("child", 1).put("child", 2, 1L, "x", "1");
        lake.commit(MORNING);

        Finding finding = looking.unique("child", KEY, NOTHING);
        assertThat(finding.decision().verdict()).isEqualTo(Verdict.HELD);
        assertThat(finding.decision().detail())
                .isEqualTo("3 keys changed, and the table has grown by as many rows as they say");
    }

    @Test
    void afterCompactionTheRowsStillAddUp() {
        comesTo(KEY, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 1, 1L, "c", "1").commit(MORNING);
        lake.compact("child");
        comesTo(KEY, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void anEmptiedTableIsLookedAtAsAWhole() {
        comesTo(KEY, Verdict.HELD, Scope.FULL, 0);
        comesTo(ACCEPTED, Verdict.HELD, Scope.FULL, 0);
        comesTo(REFERENCES, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 7, 9L, "z", "1");
        lake.commit(MORNING);
        lake.truncate("child").put("child", 8, 1L, "a", "1");
        lake.commit(MORNING);
        comesTo(KEY, Verdict.HELD, Scope.FULL, 0);
        comesTo(ACCEPTED, Verdict.HELD, Scope.FULL, 0);
        comesTo(REFERENCES, Verdict.HELD, Scope.FULL, 0);
    }

    @Test
    void aChangedRowMayBecomeLikeOneThatDidNotChange() {
        comesTo(NAME, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 1, 1L, "b", "1").commit(MORNING);
        comesTo(NAME, Verdict.FAILED, Scope.INCREMENTAL, 1);
        lake.put("child", 2, 1L, "c", "1").commit(MORNING);
        comesTo(NAME, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void aChangedReferenceIsLookedUp() {
        comesTo(REFERENCES, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 1, 3L, "a", "1").commit(MORNING);
        comesTo(REFERENCES, Verdict.FAILED, Scope.INCREMENTAL, 1);
        lake.put("parent", 3, null, "late", null).commit(MORNING);
        comesTo(REFERENCES, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void aRowReferredToThatWentIsMissed() {
        comesTo(REFERENCES, Verdict.HELD, Scope.FULL, 0);
        lake.delete("parent", 2).commit(MORNING);
        comesTo(REFERENCES, Verdict.FAILED, Scope.INCREMENTAL, 1);
        lake.delete("child", 2).commit(MORNING);
        comesTo(REFERENCES, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void rowsMayReferToTheirOwnTable() {
        Expectation self = new Expectation.References(
                "self", List.of("ref"), "child", List.of("id"), Duration.ofMinutes(1), Severity.CRITICAL);
        comesTo(self, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 3, 2L, "a", "1").put("child", 1, 3L, "a", "1").commit(MORNING);
        comesTo(self, Verdict.HELD, Scope.INCREMENTAL, 0);
        lake.delete("child", 2).commit(MORNING);
        comesTo(self, Verdict.FAILED, Scope.INCREMENTAL, 1);
    }

    @Test
    void aRowReferredToMayComeLate() {
        comesTo(REFERENCES, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 3, 3L, "a", "1").put("child", 4, 1L, "a", "1");
        lake.commit(MORNING.plusSeconds(7000));

        comesTo(REFERENCES, Verdict.WAITING, Scope.INCREMENTAL, 0);
        assertThat(looking.full("child", REFERENCES).detail())
                .isEqualTo("0 rows refer to rows that are missing; 1 more may still come");
        looking.at(MORNING.plusSeconds(8000));
        comesTo(REFERENCES, Verdict.FAILED, Scope.INCREMENTAL, 1);
        lake.put("parent", 3, null, "late", null).commit(MORNING.plusSeconds(8000));
        comesTo(REFERENCES, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void aChangedValueIsLookedAt() {
        comesTo(ACCEPTED, Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 1, 1L, "x", "1").put("child", 5, 1L, null, "1");
        lake.commit(MORNING);
        comesTo(ACCEPTED, Verdict.FAILED, Scope.INCREMENTAL, 1);
        lake.delete("child", 1).commit(MORNING);
        comesTo(ACCEPTED, Verdict.HELD, Scope.INCREMENTAL, 0);
    }

    @Test
    void aRuleIsAskedOfChangedRowsUntilItSaysSomethingElse() {
        comesTo(rule("price < 3"), Verdict.HELD, Scope.FULL, 0);
        lake.put("child", 1, 1L, "a", "3").put("child", 5, 1L, "a", null);
        lake.commit(MORNING);
        comesTo(rule("price < 3"), Verdict.FAILED, Scope.INCREMENTAL, 1);
        lake.put("child", 1, 1L, "a", "2").commit(MORNING);
        comesTo(rule("price < 3"), Verdict.HELD, Scope.INCREMENTAL, 0);
        comesTo(rule("price < 2"), Verdict.FAILED, Scope.FULL, 2);
    }

    private static Expectation rule(String that) {
        return new Expectation.Rule("cheap", that, Severity.WARN);
    }

    @Test
    void manyChangesAreLookedUpInRuns() {
        for (long id = 1; id <= 205; id++) {
            lake.put("parent", 1000 * id, null, "p", null);
        }
        lake.commit(MORNING);
        comesTo(REFERENCES, Verdict.HELD, Scope.FULL, 0);
        for (long id = 1; id <= 205; id++) {
            lake.put("child", 10 + id, id == 205 ? 7L : (Long) (1000 * id), "c", null);
        }
        lake.commit(MORNING);
        comesTo(REFERENCES, Verdict.FAILED, Scope.INCREMENTAL, 1);
    }
}
