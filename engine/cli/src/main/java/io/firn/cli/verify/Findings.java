package io.firn.cli.verify;

import io.firn.dq.verify.Verification;
import java.util.ArrayList;
import java.util.List;

/** What a comparison found, in words. */
public final class Findings {
    private Findings() {}

    /** @return a line for each thing that makes the table and its source unequal; empty when they are equal */
    public static List<String> of(String table, Verification found) {
        List<String> lines = new ArrayList<>();
        found.columnsOnlyInSource()
                .forEach(column -> lines.add("%s: the lake has no column %s".formatted(table, column)));
        found.differences().forEach(row -> lines.add("%s: %s".formatted(table, row)));
        if (!found.equal() && found.moreDifferences()) {
            lines.add("%s: there are more differences than these".formatted(table));
        }
        if (!found.equal() && lines.isEmpty()) {
            lines.add("%s: the digests differ".formatted(table));
        }
        return lines;
    }
}
