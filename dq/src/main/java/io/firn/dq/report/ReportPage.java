package io.firn.dq.report;

import io.firn.catalog.config.Severity;
import io.firn.dq.result.Result;
import io.firn.dq.result.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One page, whole in itself: what can be relied on, what cannot and why, day by day, with rows to look at and where
 * columns come from.
 */
public final class ReportPage {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MM-dd", Locale.ROOT);

    private final String lake;
    private final List<TableFacts> tables;
    private final Findings findings;
    private final ZoneId zone;

    /**
     * @param lake what the page calls it
     * @param results oldest first
     * @param zone of the times on the page
     */
    public ReportPage(String lake, List<TableFacts> tables, List<Result> results, ZoneId zone) {
        this.lake = lake;
        this.tables = List.copyOf(tables);
        this.findings = new Findings(results);
        this.zone = zone;
    }

    /** Returns the page as HTML. */
    public String html() {
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Data quality: %1$s</title><style>%2$s</style></head><body>
                <header><h1>Data quality <span>%1$s</span></h1><p>%3$s</p></header>
                <main>%4$s%5$s%6$s%7$s%8$s</main>
                <footer>Results are in the table <code>firn_dq_results</code>. Values of columns that have a policy are masked.</footer>
                </body></html>
                """.formatted(Html.text(lake), css(), looked(), tiles(), overview(), days(), details(), lineage());
    }

    private static String css() {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String time(Instant instant) {
        return TIME.format(instant.atZone(zone));
    }

    private String looked() {
        Instant last = findings.lastLook();
        return last == null
                ? "Nobody has looked yet."
                : "Last looked at on %s (%s).".formatted(time(last), Html.text(zone.getId()));
    }

    private List<Result> bad(String table) {
        return findings.latest(table).stream()
                .filter(result -> result.verdict().isBad())
                .toList();
    }

    private String tiles() {
        long sound =
                tables.stream().filter(table -> table.obstacles().isEmpty()).count();
        List<Result> bad =
                tables.stream().flatMap(table -> bad(table.name()).stream()).toList();
        long critical = bad.stream().filter(Result::isCriticalFailure).count();
        return Html.tag(
                "section",
                "tiles",
                tile(sound + " of " + tables.size(), "tables can be relied on", sound == tables.size() ? "good" : "bad")
                        + tile(String.valueOf(critical), "critical failures", critical == 0 ? "good" : "bad")
                        + tile(
                                String.valueOf(bad.size() - critical),
                                "warnings",
                                bad.size() == critical ? "good" : "warn"));
    }

    private static String tile(String number, String words, String kind) {
        return Html.tag("div", "tile " + kind, "<b>%s</b><span>%s</span>".formatted(number, words));
    }

    private String overview() {
        List<String> rows = new ArrayList<>();
        for (TableFacts table : tables) {
            Instant at = table.certifiedAt();
            rows.add(Html.row(
                    "td",
                    List.of(
                            "<a href=\"#%1$s\">%1$s</a>".formatted(Html.text(table.name())),
                            status(table),
                            at == null ? "never" : time(at),
                            table.obstacles().isEmpty()
                                    ? ""
                                    : table.obstacles().stream().map(Html::text).collect(Collectors.joining("<br>")))));
        }
        return section(
                "Tables",
                "A table is certified together with its group. Readers of the tag <code>certified</code> see the state of"
                        + " the time given, whatever has come since.",
                Html.tag(
                        "div",
                        "stack",
                        scrolled(List.of("table", "now", "certified state of", "what is in the way"), rows)));
    }

    private String status(TableFacts table) {
        if (!table.obstacles().isEmpty()) {
            return pill("bad", "not certified");
        }
        return bad(table.name()).isEmpty() ? pill("good", "certified") : pill("warn", "certified, warnings");
    }

    private static String pill(String kind, String words) {
        return Html.tag("span", "pill " + kind, words);
    }

    private static String section(String title, String words, String content) {
        return "<section><h2>%s</h2><p class=\"words\">%s</p>%s</section>".formatted(title, words, content);
    }

    private static String scrolled(List<String> heads, List<String> rows) {
        return Html.tag(
                "div",
                "scroll",
                "<table><thead>%s</thead><tbody>%s</tbody></table>"
                        .formatted(Html.row("th", heads), String.join("", rows)));
    }

    private String days() {
        List<LocalDate> days = findings.days();
        if (days.isEmpty()) {
            return "";
        }
        List<String> heads = new ArrayList<>(List.of("table"));
        days.forEach(day -> heads.add(DAY.format(day)));
        List<String> rows = new ArrayList<>();
        for (TableFacts table : tables) {
            List<String> cells = new ArrayList<>(List.of(Html.text(table.name())));
            days.forEach(day -> cells.add(day(findings.on(table.name(), day))));
            rows.add(Html.row("td", cells));
        }
        return section(
                "Days",
                "✓ all held, ! warnings, ✗ a critical expectation failed when the day closed, · not looked at.",
                Html.tag("div", "days", scrolled(heads, rows)));
    }

    private static String day(List<Result> results) {
        if (results.isEmpty()) {
            return Html.tag("span", "mark none", "·");
        }
        String bad = results.stream()
                .filter(result -> result.verdict().isBad())
                .map(result -> result.expectation() + ": " + result.detail())
                .collect(Collectors.joining("\n"));
        boolean critical = results.stream().anyMatch(Result::isCriticalFailure);
        String kind = critical ? "bad" : bad.isEmpty() ? "good" : "warn";
        return "<span class=\"mark %s\" title=\"%s\">%s</span>"
                .formatted(kind, Html.text(bad), critical ? "✗" : bad.isEmpty() ? "✓" : "!");
    }

    private String details() {
        return tables.stream().map(this::detail).collect(Collectors.joining());
    }

    private String detail(TableFacts table) {
        List<String> rows = new ArrayList<>();
        findings.of(table.name()).values().forEach(looks -> rows.add(expectation(looks)));
        return "<section id=\"%1$s\"><h2>%1$s</h2>%2$s</section>"
                .formatted(
                        Html.text(table.name()),
                        rows.isEmpty() ? "<p class=\"words\">Nobody has looked at it yet.</p>" : String.join("", rows));
    }

    private String expectation(List<Result> looks) {
        Result last = looks.get(looks.size() - 1);
        Instant since = Findings.badSince(looks);
        String facts = "%s %s".formatted(last.severity().name().toLowerCase(Locale.ROOT), limits(last))
                + (since == null ? "" : ", since " + time(since));
        return "<article><div class=\"line\">%s<h3>%s</h3>%s</div><p>%s</p><p class=\"words\">%s</p>%s</article>"
                .formatted(
                        verdict(last),
                        Html.text(last.expectation()),
                        Trend.svg(looks),
                        Html.text(last.detail()),
                        facts,
                        sample(last));
    }

    private static String verdict(Result result) {
        String words = result.verdict().text();
        return switch (result.verdict()) {
            case HELD -> pill("good", words);
            case FAILED, ERROR -> pill(result.severity() == Severity.CRITICAL ? "bad" : "warn", words);
            case WAITING, UNKNOWN -> pill("none", words);
        };
    }

    private static String limits(Result result) {
        Double measured = result.measured();
        Double threshold = result.threshold();
        return measured == null || threshold == null || result.verdict() == Verdict.UNKNOWN
                ? ""
                : "· measured %s, at most %s".formatted(number(measured), number(threshold));
    }

    private static String number(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) number)
                : String.format(Locale.ROOT, "%.4g", number);
    }

    private static String sample(Result result) {
        List<Map<String, String>> sample = result.sample();
        if (sample.isEmpty()) {
            return "";
        }
        List<String> columns = List.copyOf(sample.get(0).keySet());
        List<String> rows = sample.stream()
                .map(row -> Html.row(
                        "td",
                        columns.stream()
                                .map(column -> Html.text(row.getOrDefault(column, "")))
                                .toList()))
                .toList();
        return "<details><summary>%s</summary>%s</details>"
                .formatted(
                        "%d of %,d that break the rule"
                                .formatted(sample.size(), Math.max(sample.size(), result.failing())),
                        scrolled(columns.stream().map(Html::text).toList(), rows));
    }

    private String lineage() {
        String all = tables.stream().map(this::origin).collect(Collectors.joining());
        return section("Where columns come from", "From the source's table to the lake's, and to its change log.", all);
    }

    private String origin(TableFacts table) {
        List<String> rows = table.columns().stream()
                .map(column -> Html.row(
                        "td",
                        List.of(
                                shown(table.source() + "." + column.source()),
                                column.policy() == null ? "→" : pill("none", Html.text(column.policy())),
                                shown(column.lake() == null ? null : table.name() + "." + column.lake()),
                                Html.text(column.type()))))
                .toList();
        String refers = table.references().isEmpty()
                ? ""
                : "<p class=\"words\">Its rows refer to %s.</p>"
                        .formatted(Html.text(String.join(", ", table.references())));
        return "<details><summary>%s <span class=\"words\">from %s</span></summary>%s%s</details>"
                .formatted(
                        Html.text(table.name()),
                        Html.text(table.source()),
                        refers,
                        rows.isEmpty()
                                ? "<p class=\"words\">It is not in the lake yet.</p>"
                                : scrolled(List.of("source", "", "lake", "type"), rows));
    }

    private static String shown(@Nullable String name) {
        return name == null ? "nothing" : "<code>" + Html.text(name) + "</code>";
    }
}
