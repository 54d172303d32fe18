package io.firn.compactor.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Plans a whole table: every partition by itself, then what the budget allows of it. */
public final class TablePlan {
    private TablePlan() {}

    /** Plans the table's current snapshot, as the table object knows it. */
    public static CompactionPlan of(Table table, PlanRules rules) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null) {
            return new CompactionPlan(table.name(), null, rules, List.of(), List.of(), List.of());
        }
        TableFiles files = TableFiles.read(table, snapshot);
        Planner planner = Planner.of(table, rules);
        List<FileGroup> all = new ArrayList<>();
        files.partitions().forEach(partition -> all.addAll(planner.groups(partition)));
        all.sort(Comparator.comparingDouble(group -> group.costPerFileSaved(rules)));
        List<FileGroup> groups = new ArrayList<>();
        List<FileGroup> deferred = new ArrayList<>();
        long left = rules.budgetBytes();
        for (FileGroup group : all) {
            boolean fits = group.bytes() <= left;
            (fits ? groups : deferred).add(group);
            left -= fits ? group.bytes() : 0;
        }
        return new CompactionPlan(table.name(), snapshot.snapshotId(), rules, groups, deferred, files.leftAlone());
    }
}
