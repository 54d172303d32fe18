package io.firn.compactor.picture;

import io.firn.compactor.commit.RemapCommit;
import io.firn.compactor.layout.ByteSizes;
import io.firn.compactor.layout.Depth;
import io.firn.compactor.layout.KeySpan;
import io.firn.compactor.layout.KeySpans;
import io.firn.compactor.layout.LiveFile;
import io.firn.compactor.layout.PlacedFile;
import io.firn.compactor.layout.SortKey;
import io.firn.compactor.plan.Piece;
import io.firn.compactor.plan.Planner;
import io.firn.compactor.plan.SortedRun;
import io.firn.compactor.plan.TableFiles;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Draws a table's files as bars over the range of the sort key that they hold, so that one sees where they overlap.
 * Keys are scaled by rank, so that every file has a width however unevenly keys are spread.
 */
public final class LayoutPicture {
    private static final int WIDTH = 1000;
    private static final int MARGIN = 20;
    private static final int LINE = 18;

    private final StringBuilder svg = new StringBuilder();
    private int top = MARGIN;

    private LayoutPicture() {}

    /**
     * Draws the table before its last compaction, after it, and as it is now where that is something else again.
     *
     * @return an SVG document
     */
    public static String ofLastCompaction(Table table) {
        Snapshot now = table.currentSnapshot();
        if (now == null) {
            return of(table, Map.of());
        }
        Map<String, Snapshot> snapshots = new LinkedHashMap<>();
        Snapshot after = newestCompaction(table, now);
        if (after != null) {
            Snapshot before = beforeCompaction(table, after);
            if (before != null) {
                snapshots.put("before", before);
            }
            snapshots.put("after", after);
        }
        if (after == null || after.snapshotId() != now.snapshotId()) {
            snapshots.put("now", now);
        }
        return of(table, snapshots);
    }

    private static @Nullable Snapshot newestCompaction(Table table, Snapshot from) {
        Snapshot snapshot = from;
        while (snapshot != null && !snapshot.summary().containsKey(RemapCommit.ID)) {
            snapshot = parent(table, snapshot);
        }
        return snapshot;
    }

    private static @Nullable Snapshot beforeCompaction(Table table, Snapshot compaction) {
        Snapshot snapshot = compaction;
        while (snapshot != null && snapshot.summary().containsKey(RemapCommit.ID)) {
            snapshot = parent(table, snapshot);
        }
        return snapshot;
    }

    private static @Nullable Snapshot parent(Table table, Snapshot snapshot) {
        Long parent = snapshot.parentId();
        return parent == null ? null : table.snapshot(parent);
    }

    /**
     * Draws snapshots of a table under each other, on the same scale.
     *
     * @param snapshots by the word that is written over each, in order
     * @return an SVG document
     */
    public static String of(Table table, Map<String, Snapshot> snapshots) {
        LayoutPicture picture = new LayoutPicture();
        Map<String, Map<String, List<LiveFile>>> layouts = new LinkedHashMap<>();
        snapshots.forEach((word, snapshot) -> layouts.put(word, byPartition(table, snapshot)));
        picture.text(MARGIN, "bold", "%s by %s".formatted(table.name(), keyOf(table)));
        Stream<String> partitions = layouts.values().stream().flatMap(layout -> layout.keySet().stream());
        partitions.distinct().sorted().forEach(partition -> picture.partition(partition, layouts, SortKey.of(table)));
        return picture.document();
    }

    private static String keyOf(Table table) {
        return table.sortOrder().isUnsorted()
                ? "no order"
                : String.join(
                        ", ",
                        table.sortOrder().fields().stream()
                                .map(field ->
                                        Objects.requireNonNull(table.schema().findColumnName(field.sourceId())))
                                .toList());
    }

    private static Map<String, List<LiveFile>> byPartition(Table table, Snapshot snapshot) {
        Map<String, List<LiveFile>> files = new LinkedHashMap<>();
        for (Planner.Partition partition : TableFiles.read(table, snapshot).partitions()) {
            List<LiveFile> live = files.computeIfAbsent(partition.name(), name -> new ArrayList<>());
            partition.files().forEach(placed -> live.add(placed.file()));
        }
        return files;
    }

    private void partition(String name, Map<String, Map<String, List<LiveFile>>> layouts, SortKey key) {
        List<LiveFile> all = layouts.values().stream()
                .flatMap(layout -> layout.getOrDefault(name, List.of()).stream())
                .toList();
        Map<LiveFile, KeySpan> spans = new IdentityHashMap<>();
        int end = 1;
        for (PlacedFile placed : KeySpans.place(all, key)) {
            KeySpan span = placed.span();
            if (span != null) {
                spans.put(placed.file(), span);
                end = Math.max(end, span.to());
            }
        }
        double scale = (double) (WIDTH - 2 * MARGIN) / end;
        for (Map.Entry<String, Map<String, List<LiveFile>>> layout : layouts.entrySet()) {
            List<Piece> pieces = new ArrayList<>();
            for (LiveFile file : layout.getValue().getOrDefault(name, List.of())) {
                if (spans.containsKey(file)) {
                    pieces.add(Piece.of(file, Objects.requireNonNull(spans.get(file))));
                }
            }
            heading(name, layout.getKey(), layout.getValue().getOrDefault(name, List.of()), pieces);
            bars(pieces, scale);
        }
    }

    private void heading(String partition, String word, List<LiveFile> files, List<Piece> pieces) {
        long bytes = files.stream().mapToLong(LiveFile::bytes).sum();
        int depth = Depth.of(pieces.stream().map(Piece::span).toList()).max();
        String place = partition.isEmpty() ? "" : partition + ", ";
        text(
                MARGIN,
                "normal",
                "%s%s: %d files, %s, %d deep".formatted(place, word, files.size(), ByteSizes.text(bytes), depth));
    }

    private void bars(List<Piece> pieces, double scale) {
        List<SortedRun> lanes = SortedRun.of(pieces);
        int height = lanes.size() > 60 ? 3 : lanes.size() > 20 ? 6 : 12;
        for (SortedRun lane : lanes) {
            for (Piece piece : lane.pieces()) {
                bar(piece, scale, height);
            }
            top += height + 1;
        }
        top += LINE / 2;
    }

    private void bar(Piece piece, double scale, int height) {
        LiveFile file = piece.files().get(0);
        double x = MARGIN + piece.span().from() * scale;
        double width = Math.max(1, piece.span().width() * scale - 1);
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%s</title></rect>%n",
                x,
                top,
                width,
                height,
                file.deletedShare() > 0 ? "#c1666b" : "#4a7c9d",
                escaped("%s: %s, %d rows, %d deleted"
                        .formatted(
                                file.path().substring(file.path().lastIndexOf('/') + 1),
                                ByteSizes.text(file.bytes()),
                                file.file().recordCount(),
                                file.deletedRows()))));
    }

    private void text(int x, String weight, String words) {
        top += LINE;
        svg.append(
                "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>%n".formatted(x, top - 6, weight, escaped(words)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private String document() {
        int height = top + MARGIN;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """.formatted(WIDTH, height, svg);
    }
}
