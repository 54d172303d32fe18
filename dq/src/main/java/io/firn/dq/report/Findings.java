package io.firn.dq.report;

import io.firn.dq.result.Moment;
import io.firn.dq.result.Result;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Results in the order of the page. */
final class Findings {
    private static final int DAYS = 14;

    private final List<Result> all;

    /** @param all oldest first */
    Findings(List<Result> all) {
        this.all = List.copyOf(all);
    }

    /** Each expectation of a table with all looks at its present state, oldest first. */
    Map<String, List<Result>> of(String table) {
        Map<String, List<Result>> found = new LinkedHashMap<>();
        all.stream()
                .filter(result -> result.table().equals(table) && result.moment() == Moment.HEAD)
                .forEach(result -> found.computeIfAbsent(result.expectation(), name -> new ArrayList<>())
                        .add(result));
        return found;
    }

    /** The last look at each expectation of a table. */
    List<Result> latest(String table) {
        return of(table).values().stream()
                .map(looks -> looks.get(looks.size() - 1))
                .toList();
    }

    /** The last days that were looked at, newest first. */
    List<LocalDate> days() {
        TreeSet<LocalDate> days = new TreeSet<>();
        all.stream().filter(result -> result.moment() == Moment.DAY).forEach(result -> days.add(result.day()));
        return days.descendingSet().stream().limit(DAYS).toList();
    }

    /** The last look at each expectation of a table on a day. */
    List<Result> on(String table, LocalDate day) {
        Map<String, Result> last = new LinkedHashMap<>();
        all.stream()
                .filter(result -> result.moment() == Moment.DAY
                        && result.table().equals(table)
                        && result.day().equals(day))
                .forEach(result -> last.put(result.expectation(), result));
        return List.copyOf(last.values());
    }

    /** When the bad looks at the end of a history began; null when the last one is none. */
    static @Nullable Instant badSince(List<Result> looks) {
        Instant since = null;
        for (Result look : looks) {
            since = !look.verdict().isBad() ? null : since == null ? look.checkedAt() : since;
        }
        return since;
    }

    @Nullable
    Instant lastLook() {
        return all.isEmpty() ? null : all.get(all.size() - 1).checkedAt();
    }
}
