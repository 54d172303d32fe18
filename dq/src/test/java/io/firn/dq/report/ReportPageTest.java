package io.firn.dq.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.config.Severity;
import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import io.firn.dq.result.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportPageTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final List<Result> results = new ArrayList<>();

    private void look(
            String table,
            String expectation,
            Severity severity,
            Verdict verdict,
            double measured,
            String detail,
            Instant at,
            Moment moment,
            List<Map<String, String>> sample) {
        results.add(new Result(
                "run",
                table,
                expectation,
                expectation.replaceAll("\\..*", ""),
                severity,
                1L,
                1,
                LocalDate.ofInstant(at, BERLIN),
                moment,
                verdict,
                measured,
                0.0,
                detail,
                verdict.isBad() ? (long) measured : 0,
                sample,
                Scope.FULL,
                null,
                Duration.ZERO,
                at,
                false));
    }

    private String page() {
        for (int i = 0; i < 20; i++) {
            Instant at = NOON.minusSeconds(900L * (20 - i));
            look(
                    "price",
                    "unique.key",
                    Severity.CRITICAL,
                    Verdict.HELD,
                    0,
                    "no key has two rows",
                    at,
                    Moment.HEAD,
                    List.of());
            boolean bad = i > 15;
            look(
                    "price",
                    "sql.negative",
                    Severity.CRITICAL,
                    bad ? Verdict.FAILED : Verdict.HELD,
                    bad ? i - 13 : 0,
                    bad ? (i - 13) + " rows are found" : "0 rows are found",
                    at,
                    Moment.HEAD,
                    bad
                            ? List.of(Map.of("price_id", "4711"), Map.of("price_id", "<script>alert(1)</script>"))
                            : List.of());
            look(
                    "product",
                    "freshness",
                    Severity.WARN,
                    i % 7 == 6 ? Verdict.FAILED : Verdict.HELD,
                    30 + 40 * (i % 7),
                    "the last change took, or waits, 42.0 s; 15 min 0 s are expected",
                    at,
                    Moment.HEAD,
                    List.of());
            look(
                    "product",
                    "accepted.market",
                    Severity.WARN,
                    i > 17 ? Verdict.FAILED : Verdict.HELD,
                    i > 17 ? 2 : 0,
                    "2 rows have another value",
                    at,
                    Moment.HEAD,
                    List.of(Map.of("card", "***")));
        }
        for (int day = 13; day >= 1; day--) {
            Instant at = NOON.minus(Duration.ofDays(day));
            look(
                    "price",
                    "unique.key",
                    Severity.CRITICAL,
                    day == 4 ? Verdict.FAILED : Verdict.HELD,
                    day == 4 ? 2 : 0,
                    "2 keys have more than one row",
                    at,
                    Moment.DAY,
                    List.of());
            look(
                    "product",
                    "freshness",
                    Severity.WARN,
                    day == 9 ? Verdict.FAILED : Verdict.HELD,
                    0,
                    "slow",
                    at,
                    Moment.DAY,
                    List.of());
        }
        results.sort(Comparator.comparing(Result::checkedAt));
        List<TableFacts> tables = List.of(
                new TableFacts(
                        "price",
                        "public.price",
                        "shop",
                        NOON.minusSeconds(4500),
                        List.of("price.sql.negative: 6 rows are found"),
                        List.of(
                                new TableFacts.Column("price_id", "price_id", "long", null),
                                new TableFacts.Column("card", "card", "string", "tokenize"),
                                new TableFacts.Column("cvc", null, "", "drop")),
                        List.of("product")),
                new TableFacts("product", "public.product", "product", NOON, List.of(), List.of(), List.of()),
                new TableFacts(
                        "stock",
                        "public.stock",
                        "stock",
                        null,
                        List.of("stock.unique.key: nobody has looked at it yet"),
                        List.of(),
                        List.of()));
        return new ReportPage("atlas <shop>", tables, results, BERLIN).html();
    }

    @Test
    void thePageSaysWhatCanBeReliedOnAndWhatCannotAndWhy() throws IOException {
        String page = page();
        String file = System.getProperty("firn.report.write");
        if (file != null) {
            Files.writeString(Path.of(file), page);
        }

        assertThat(page)
                .contains("<title>Data quality: atlas &lt;shop&gt;</title>")
                .contains("Last looked at on 2026-11-20 12:45 (Europe/Berlin).")
                .contains("<b>1 of 3</b><span>tables can be relied on</span>")
                .contains("<b>1</b><span>critical failures</span>")
                .contains("<b>1</b><span>warnings</span>")
                .contains("<td><a href=\"#price\">price</a></td><td><span class=\"pill bad\">not certified</span></td>"
                        + "<td>2026-11-20 11:45</td><td>price.sql.negative: 6 rows are found</td>")
                .contains("<td>never</td><td>stock.unique.key: nobody has looked at it yet</td>")
                .contains("critical · measured 6, at most 0, since 2026-11-20 12:00");
    }

    @Test
    void aDayIsGoodOrBadByWhatIsCritical() {
        assertThat(page())
                .contains("<th>11-16</th>")
                .contains("<span class=\"mark bad\" title=\"unique.key: 2 keys have more than one row\">✗</span>")
                .contains("<span class=\"mark warn\" title=\"freshness: slow\">!</span>")
                .contains("<td>stock</td><td><span class=\"mark none\">·</span></td>");
    }

    @Test
    void nothingThatIsInTheTablesBecomesPartOfThePage() {
        assertThat(page()).contains("&lt;script&gt;").doesNotContain("<script").contains("<td>***</td>");
    }

    @Test
    void thePageNeedsNoOtherFile() {
        assertThat(page()).doesNotContain("http:", "https:", "src=", "@import", "url(");
    }

    @Test
    void columnsAreFollowedFromTheSource() {
        assertThat(page())
                .contains("<td><code>public.price.card</code></td><td><span class=\"pill none\">tokenize</span></td>"
                        + "<td><code>price.card</code></td><td>string</td>")
                .contains(
                        "<td><code>public.price.cvc</code></td><td><span class=\"pill none\">drop</span></td><td>nothing</td>")
                .contains("Its rows refer to product.")
                .contains(
                        "stock <span class=\"words\">from public.stock</span></summary><p class=\"words\">It is not in the lake yet.</p>");
    }

    @Test
    void aLakeThatNobodyLookedAtHasAPageToo() {
        String page = new ReportPage("atlas", List.of(), List.of(), BERLIN).html();
        assertThat(page).contains("Nobody has looked yet.").contains("<b>0 of 0</b>");
    }
}
