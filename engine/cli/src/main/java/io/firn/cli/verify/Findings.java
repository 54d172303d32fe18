package io.firn.cli.verify;

import io.firn.dq.verify.RowDifference;
import io.firn.dq.verify.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a comparison found, in words. */
public final class Findings {
    private Findings() {}

    /** @return a line for each thing that makes the table and its source unequal; empty when they are equal */
    public static List<String> of(String table, Verification found) {
        List<String> lines = new ArrayList<>();
        found.columnsOnlyInSource()
                .forEach(column -> lines.add("%s: the lake has no column %s".formatted(table, column)));
        found.differences().forEach(row -> lines.add("%s: %s".formatted(table, line(row))));
        if (!found.equal() && found.moreDifferences()) {
            lines.add("%s: there are more differences than these".formatted(table));
        }
        if (!found.equal() && lines.isEmpty()) {
            lines.add("%s: the digests differ".formatted(table));
        }
        return lines;
    }

    /** A difference as people say it. */
    static String line(RowDifference row) {
        String key = row.key().entrySet().stream()
                .map(column -> column.getKey() + "=" + column.getValue())
                .collect(Collectors.joining(", "));
        return switch (row.kind()) {
            case MISSING_IN_LAKE -> "row %s is missing in the lake".formatted(key);
            case MISSING_IN_SOURCE -> "row %s is in the lake and not in PostgreSQL".formatted(key);
            case DOUBLED_IN_LAKE -> "row %s is in the lake more than once".formatted(key);
            case DIFFERENT ->
                "row %s differs: %s"
                        .formatted(
                                key,
                                row.columns().stream()
                                        .map(column -> "%s is %s in the lake and %s in PostgreSQL"
                                                .formatted(column.name(), column.lake(), column.postgres()))
                                        .collect(Collectors.joining("; ")));
        };
    }
}
