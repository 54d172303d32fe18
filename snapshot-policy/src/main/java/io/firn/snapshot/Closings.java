package io.firn.snapshot;

import io.firn.catalog.Cut;
import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.workbench.AsOf;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Which cuts closed days, by what the snapshots of the tables tell. A table that was stopped when a day closed took no
 * part in it, and neither did one that did not exist yet: they have no such day.
 */
final class Closings {
    private final Map<String, Table> tables;
    /** For each table the cuts that its own snapshots close days with, by the day's tag. */
    private final Map<String, Map<String, Cut>> byTable = new LinkedHashMap<>();

    private Closings(Map<String, Table> tables) {
        this.tables = tables;
        tables.forEach((name, table) -> byTable.put(name, closings(table)));
    }

    static Closings of(Map<String, Table> tables) {
        return new Closings(tables);
    }

    private static Map<String, Cut> closings(Table table) {
        Map<String, Cut> closings = new HashMap<>();
        CutHistory.after(table, 0).forEach(cut -> cut.closes().forEach(tag -> closings.put(tag, cut)));
        return closings;
    }

    /** Returns every day that closed in one of the tables. */
    Stream<LocalDate> days() {
        return byTable.values().stream()
                .flatMap(closings -> closings.keySet().stream())
                .flatMap(tag -> AsOf.day(tag).stream())
                .distinct();
    }

    /**
     * Returns the cut that closed a day.
     *
     * @throws FirnException when none did
     */
    Cut closing(LocalDate day) {
        return byTable.values().stream()
                .flatMap(closings -> Optional.ofNullable(closings.get(Tags.name(day))).stream())
                .findFirst()
                .orElseThrow(() -> new FirnException(
                        ErrorCode.TAG_NOT_FOUND, "day %s is not over: no cut has closed it".formatted(day)));
    }

    /** Whether the day closed in the table, too. */
    boolean tookPart(String name, LocalDate day) {
        Table table = table(name);
        return table.refs().containsKey(Tags.name(day)) || closings(name).containsKey(Tags.name(day));
    }

    /** Whether nothing more can happen to the table's day: it has its tag, or will never have one. */
    boolean isSettled(String name, LocalDate day) {
        if (table(name).refs().containsKey(Tags.name(day))) {
            return true;
        }
        Cut closing = closing(day);
        boolean hasReached = CutProperties.applied(table(name)).number() >= closing.number()
                || !closing.tables().contains(name);
        return hasReached && !tookPart(name, day);
    }

    /** Whether the table was there when the day closed and took no part: it was stopped. */
    boolean missed(String name, LocalDate day) {
        return isSettled(name, day)
                && !tookPart(name, day)
                && !CutHistory.beganAfter(table(name), closing(day).number());
    }

    private Table table(String name) {
        @Nullable Table table = tables.get(name);
        if (table == null) {
            throw new IllegalArgumentException(name);
        }
        return table;
    }

    private Map<String, Cut> closings(String name) {
        return byTable.getOrDefault(name, Map.of());
    }
}
