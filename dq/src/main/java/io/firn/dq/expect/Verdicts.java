package io.firn.dq.expect;

import io.firn.catalog.config.Tolerance;
import io.firn.dq.late.AffectedDay;
import io.firn.dq.result.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether what was measured is what was expected. Pure. */
final class Verdicts {
    private static final int NAMED_DAYS = 5;

    private Verdicts() {}

    /** @param doubled how many keys more than one row has */
    static Decision unique(long doubled) {
        return Decision.of(
                doubled,
                0,
                doubled == 0 ? "no key has two rows" : "%,d keys have more than one row".formatted(doubled),
                doubled);
    }

    /**
     * @param missing rows that refer to nothing
     * @param young those of them that changed within the grace period
     */
    static Decision references(long missing, long young) {
        long late = missing - young;
        String detail = missing == 0
                ? "every row refers to a row that is there"
                : "%,d rows refer to rows that are missing; %,d more may still come".formatted(late, young);
        Decision decision = Decision.of(late, 0, detail, late);
        return late == 0 && young > 0
                ? new Decision(Verdict.WAITING, decision.measured(), decision.threshold(), detail, 0)
                : decision;
    }

    static Decision nulls(long nulls, long rows, double atMost) {
        double rate = rows == 0 ? 0 : (double) nulls / rows;
        return Decision.of(
                rate, atMost, "%,d of %,d rows have no value".formatted(nulls, rows), rate <= atMost ? 0 : nulls);
    }

    /** @param others rows with a value that is none of those */
    static Decision accepted(long others) {
        return Decision.of(
                others,
                0,
                others == 0 ? "all values are accepted" : "%,d rows have another value".formatted(others),
                others);
    }

    /** @param broken rows that break a rule */
    static Decision rule(long broken) {
        return Decision.of(
                broken, 0, broken == 0 ? "every row keeps it" : "%,d rows break it".formatted(broken), broken);
    }

    /** @param days that were closed and were touched since the last look */
    static Decision late(List<AffectedDay> days) {
        long changes = days.stream().mapToLong(AffectedDay::changes).sum();
        String list =
                days.stream().limit(NAMED_DAYS).map(day -> day.day().toString()).collect(Collectors.joining(", "));
        return Decision.of(
                days.size(),
                0,
                days.isEmpty()
                        ? "no closed day was touched since the last look"
                        : "%,d changes touch %,d closed days: %s%s"
                                .formatted(changes, days.size(), list, days.size() > NAMED_DAYS ? ", …" : ""),
                days.size());
    }

    static Decision sql(long rows, long atMost) {
        return Decision.of(rows, atMost, "%,d rows are found".formatted(rows), rows <= atMost ? 0 : rows);
    }

    /** @param delay the longest that a change took or takes to become readable; null when none ever came */
    static Decision freshness(@Nullable Duration delay, Duration within) {
        return delay == null
                ? Decision.unknown("no change has come yet")
                : Decision.of(
                        delay.toMillis() / 1000.0,
                        within.toMillis() / 1000.0,
                        "the last change took, or waits, %s; %s are expected".formatted(words(delay), words(within)),
                        0);
    }

    private static String words(Duration time) {
        return time.toHours() >= 2
                ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
                : time.toMinutes() >= 2
                        ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
                        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /**
     * @param before how many changes the same weekday had in weeks before, without those that had none
     * @param within most distance from the median, as a share of it
     */
    static Decision volume(long changes, List<Long> before, double within) {
        if (before.isEmpty()) {
            return Decision.unknown("%,d changes, and no such weekday before to compare with".formatted(changes));
        }
        double median = median(before);
        return Decision.of(
                Math.abs(changes - median) / median,
                within,
                "%,d changes; the same weekday has %,.0f".formatted(changes, median),
                0);
    }

    private static double median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
    }

    /** @param before null when there was no look before, or there were no rows */
    static Decision drift(@Nullable Profile before, @Nullable Profile now, double atMost) {
        if (now == null) {
            return Decision.unknown("there are no rows");
        }
        if (before == null) {
            return Decision.unknown("this is the first look");
        }
        double index = before.stabilityIndex(now);
        return Decision.of(
                index,
                atMost,
                String.format(Locale.ROOT, "the population stability index against %s is %.3f", before.day(), index),
                0);
    }

    /**
     * @param expected types by column; null when nothing is known yet
     * @param actual types by column
     */
    static Decision schema(@Nullable Map<String, String> expected, Map<String, String> actual) {
        if (expected == null) {
            return Decision.of(0, 0, "%d columns are noted".formatted(actual.size()), 0);
        }
        List<String> differences = new ArrayList<>();
        new TreeMap<>(actual).forEach((column, type) -> {
            String before = expected.get(column);
            if (before == null) {
                differences.add("%s %s is new".formatted(column, type));
            } else if (!before.equals(type)) {
                differences.add("%s is %s and was %s".formatted(column, type, before));
            }
        });
        new TreeMap<>(expected)
                .keySet().stream()
                        .filter(column -> !actual.containsKey(column))
                        .forEach(column -> differences.add(column + " is gone"));
        return Decision.of(
                differences.size(),
                0,
                differences.isEmpty() ? "columns are as expected" : String.join("; ", differences),
                differences.size());
    }

    /** @param differing rows that were found to differ; there may be more */
    static Decision source(long lakeRows, long sourceRows, long differing, SameAs same) {
        return new Decision(
                same == SameAs.EQUAL ? Verdict.HELD : Verdict.FAILED,
                (double) (same == SameAs.EQUAL ? 0 : Math.max(1, differing)),
                0.0,
                same == SameAs.EQUAL
                        ? "%,d rows are the same".formatted(lakeRows)
                        : "the lake has %,d rows and the source %,d".formatted(lakeRows, sourceRows),
                same == SameAs.EQUAL ? 0 : Math.max(1, differing));
    }

    /** How two sides compare. */
    enum SameAs {
        EQUAL,
        DIFFERENT
    }

    /** No number on both sides is agreement; on one side it is not. */
    static Decision reconcile(@Nullable Double left, @Nullable Double right, Tolerance tolerance) {
        if (left == null || right == null) {
            Verdict verdict = left == null && right == null ? Verdict.HELD : Verdict.FAILED;
            return new Decision(verdict, null, null, "left is %s, right is %s".formatted(words(left), words(right)), 0);
        }
        double apart = Math.abs(left - right);
        String detail = "left is %s, right is %s, apart by %s".formatted(words(left), words(right), words(apart));
        return Decision.of(apart, tolerance.around(right), detail, 0);
    }

    private static String words(@Nullable Double number) {
        if (number == null) {
            return "nothing";
        }
        return Double.isFinite(number)
                ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
                : number.toString();
    }
}
