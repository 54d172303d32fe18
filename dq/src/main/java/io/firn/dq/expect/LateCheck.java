package io.firn.dq.expect;

import io.firn.catalog.config.Expectation.Late;
import io.firn.dq.late.AffectedDay;
import io.firn.dq.late.LateCorrections;
import io.firn.dq.late.LateCorrections.Cuts;
import io.firn.dq.late.LateCorrections.Question;
import io.firn.dq.result.Result;
import io.firn.dq.result.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for closed days that were touched since the last look, so that every such day is in some result. */
final class LateCheck {
    private LateCheck() {}

    static Finding measure(Probe probe, CheckedTable table, Late late) {
        long looked = probe.history()
                .latest(table.name(), late.name())
                .map(Result::state)
                .map(Long::parseLong)
                .orElse(0L);
        long cut = table.cut().number();
        List<AffectedDay> days = table.log() == null
                ? List.of()
                : new LateCorrections(probe.workbench(), probe.run().zone())
                        .of(
                                new Question(table.name(), late.column(), late.graceDays()),
                                table.table(),
                                table.log(),
                                new Cuts(looked, cut));
        return new Finding(
                Verdicts.late(days),
                days.stream().map(LateCheck::row).toList(),
                looked == 0 ? Scope.FULL : Scope.INCREMENTAL,
                Long.toString(Math.max(looked, cut)));
    }

    private static Map<String, String> row(AffectedDay day) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("day", day.day().toString());
        row.put("changes", Long.toString(day.changes()));
        row.put("first", day.first().toString());
        row.put("last", day.last().toString());
        row.put("last_cut", Long.toString(day.lastCut()));
        return row;
    }
}
