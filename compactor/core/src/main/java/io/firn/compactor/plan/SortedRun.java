package io.firn.compactor.plan;

import io.firn.compactor.layout.KeySpan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Pieces that do not overlap, in order: what a reader sees as one more layer of the table. */
public final class SortedRun {
    private final TreeMap<Integer, Piece> pieces = new TreeMap<>();
    private int end;
    private long weight;

    /**
     * Deals the pieces into as few runs as there are layers at the deepest place: in order of their beginning, each
     * goes to the run that ended first. (Interval partitioning; Kleinberg and Tardos, Algorithm Design, 4.1.)
     */
    public static List<SortedRun> of(Collection<Piece> pieces) {
        List<Piece> inOrder = new ArrayList<>(pieces);
        inOrder.sort(Comparator.comparingInt(piece -> piece.span().from()));
        PriorityQueue<SortedRun> byEnd = new PriorityQueue<>(Comparator.comparingInt((SortedRun run) -> run.end));
        for (Piece piece : inOrder) {
            SortedRun first = byEnd.peek();
            SortedRun run = first != null && first.end <= piece.span().from() ? byEnd.remove() : new SortedRun();
            run.add(piece);
            byEnd.add(run);
        }
        return List.copyOf(byEnd);
    }

    private void add(Piece piece) {
        pieces.put(piece.span().from(), piece);
        end = piece.span().to();
        weight += piece.weight();
    }

    /** Returns its pieces in the order of their keys. */
    public Collection<Piece> pieces() {
        return pieces.values();
    }

    long weight() {
        return weight;
    }

    /** Returns the pieces that overlap {@code range}. */
    List<Piece> crossing(KeySpan range) {
        List<Piece> crossing = new ArrayList<>();
        Map.Entry<Integer, Piece> before = pieces.lowerEntry(range.from());
        if (before != null && before.getValue().span().overlaps(range)) {
            crossing.add(before.getValue());
        }
        crossing.addAll(pieces.subMap(range.from(), range.to()).values());
        return crossing;
    }
}
