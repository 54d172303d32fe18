package io.firn.dq.expect;

import io.firn.dq.verify.KeyRange;
import io.firn.dq.verify.RowDifference;
import io.firn.dq.verify.Verification;
import io.firn.dq.verify.Verify;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares a table with the source, at one moment of the source. */
final class SourceCheck {
    private SourceCheck() {}

    static Finding measure(Probe probe, CheckedTable table, SourceAccess source) {
        try (Connection connection = source.connect()) {
            Verification found = new Verify(probe.workbench(), Probe.SAMPLE_ROWS)
                    .compareLive(
                            table.table(),
                            Objects.requireNonNull(table.log()),
                            connection,
                            table.source(),
                            KeyRange.ALL,
                            source.progress(),
                            source.patience());
            Decision decision = Verdicts.source(
                    found.lake().rows(),
                    found.postgres().rows(),
                    found.differences().size(),
                    found.equal() ? Verdicts.SameAs.EQUAL : Verdicts.SameAs.DIFFERENT);
            return Finding.of(decision, sample(found.differences(), table));
        } catch (SQLException e) {
            return Finding.of(Decision.error("the source failed: " + e.getMessage()));
        }
    }

    private static List<Map<String, String>> sample(List<RowDifference> differences, CheckedTable table) {
        return differences.stream()
                .map(row -> {
                    Map<String, String> shown = new LinkedHashMap<>();
                    row.key()
                            .forEach((column, value) ->
                                    shown.put(column, table.sensitive().contains(column) ? Probe.MASK : value));
                    shown.put("difference", String.valueOf(row.kind()));
                    return shown;
                })
                .toList();
    }
}
