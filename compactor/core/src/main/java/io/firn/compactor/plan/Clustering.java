package io.firn.compactor.plan;

import io.firn.catalog.TableDefinition;
import io.firn.compactor.layout.LiveFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Tables whose rows are kept together along a Hilbert curve. A rewrite makes one run of files that lie apart in all of
 * the columns; each run, and each file that was never rewritten, is one more file for a reader to open at every place.
 * So runs are merged as the overlapping layers of a sorted table are: the lightest first, until few enough are left,
 * and one that is not much heavier than what is merged already is taken along.
 */
public final class Clustering {
    private static final String PREFIX = "cluster-";
    private static final int UUID_LENGTH = 36;

    private final PlanRules rules;

    Clustering(PlanRules rules) {
        this.rules = rules;
    }

    /** Returns the columns by which a table is clustered; empty when it is not. */
    public static List<String> columns(Table table) {
        String property = table.properties().get(TableDefinition.CLUSTER_BY);
        if (property == null) {
            return List.of();
        }
        List<String> columns = List.of(property.split(",", -1));
        boolean known = columns.stream().allMatch(column -> {
            NestedField field = table.schema().asStruct().field(column);
            return field != null && field.type().isPrimitiveType();
        });
        return known && columns.size() > 1 ? columns : List.of();
    }

    /** Returns what the names of a table's new files begin with. */
    public static String prefix(Table table) {
        return columns(table).isEmpty() ? "compact-" : PREFIX;
    }

    private record Run(List<LiveFile> files, long weight, long cost) {
        static Run of(List<LiveFile> files) {
            return new Run(
                    files,
                    files.stream().mapToLong(LiveFile::liveRows).sum(),
                    files.stream().mapToLong(LiveFile::rewriteCost).sum());
        }
    }

    /** A group and how many runs are in it. */
    record Merge(List<LiveFile> files, int runs) {}

    /** Returns what to write anew; each file at most once. */
    List<Merge> merges(List<LiveFile> files) {
        Map<String, List<LiveFile>> byRun = new LinkedHashMap<>();
        files.forEach(file ->
                byRun.computeIfAbsent(run(file), run -> new ArrayList<>()).add(file));
        List<Run> runs = new ArrayList<>(byRun.values().stream().map(Run::of).toList());
        runs.sort(Comparator.comparingLong(Run::weight));
        List<LiveFile> merged = new ArrayList<>();
        long weight = 0;
        int taken = 0;
        while (taken < runs.size() && takes(runs.get(taken), taken, runs.size(), weight)) {
            merged.addAll(runs.get(taken).files());
            weight += runs.get(taken).weight();
            taken++;
        }
        List<Merge> merges = new ArrayList<>();
        if (taken > 1) {
            merges.add(new Merge(merged, taken));
        }
        runs.subList(taken > 1 ? taken : 0, runs.size()).stream()
                .flatMap(run -> run.files().stream())
                .filter(file -> file.deletedShare() >= rules.deletedShare())
                .forEach(file -> merges.add(new Merge(List.of(file), 1)));
        return merges;
    }

    private boolean takes(Run run, int taken, int runs, long weight) {
        boolean tooMany = runs - taken + 1 > rules.maxDepth();
        return taken == 0 || tooMany || run.cost() <= rules.amplification() * weight;
    }

    private static String run(LiveFile file) {
        String name = file.path().substring(file.path().lastIndexOf('/') + 1);
        return name.startsWith(PREFIX) ? name.substring(0, PREFIX.length() + UUID_LENGTH) : file.path();
    }
}
