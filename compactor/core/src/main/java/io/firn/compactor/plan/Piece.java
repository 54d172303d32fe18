package io.firn.compactor.plan;

import io.firn.compactor.layout.Depth;
import io.firn.compactor.layout.KeySpan;
import io.firn.compactor.layout.LiveFile;
import java.util.Collection;
import java.util.List;

/**
 * Files that are, or after a rewrite will be, in order among themselves, so that they count once at each place. Two
 * pieces are equal only when they are the same object.
 */
public final class Piece {
    private final List<LiveFile> files;
    private final List<KeySpan> spans;
    private final KeySpan span;
    private final long weight;
    private final long cost;

    private Piece(List<LiveFile> files, List<KeySpan> spans) {
        this.files = List.copyOf(files);
        this.spans = List.copyOf(spans);
        this.span = spans.stream().reduce(KeySpan::hull).orElseThrow();
        this.weight = files.stream().mapToLong(LiveFile::liveRows).sum();
        this.cost = files.stream().mapToLong(LiveFile::rewriteCost).sum();
    }

    /** One file by itself. */
    public static Piece of(LiveFile file, KeySpan span) {
        return new Piece(List.of(file), List.of(span));
    }

    /** Returns all files of the parts, to be rewritten together. */
    public static Piece of(Collection<Piece> parts) {
        return new Piece(
                parts.stream().flatMap(part -> part.files.stream()).toList(),
                parts.stream().flatMap(part -> part.spans.stream()).toList());
    }

    /** Returns the files in it, one at least. */
    public List<LiveFile> files() {
        return files;
    }

    /** Returns all of their places. */
    public KeySpan span() {
        return span;
    }

    /** Returns the most of its files that lie over one place. */
    int depth() {
        return Depth.of(spans).max();
    }

    /** Returns rows that a rewrite writes; rows are compared rather than bytes because no rewrite makes them more. */
    long weight() {
        return weight;
    }

    /** Returns how much of the weight lies in {@code range}, as if it were spread evenly. */
    double weightInside(KeySpan range) {
        int width = Math.min(span.to(), range.to()) - Math.max(span.from(), range.from());
        return weight * (double) Math.max(0, width) / span.width();
    }

    /** Returns the sum of {@link LiveFile#rewriteCost()}. */
    long cost() {
        return cost;
    }

    /** Returns bytes of the files that lie over one of its places, on average. */
    long lookUpBytes() {
        double bytes = 0;
        for (int i = 0; i < files.size(); i++) {
            bytes += files.get(i).bytes() * (double) spans.get(i).width() / span.width();
        }
        return (long) bytes;
    }

    boolean isGroup() {
        return files.size() > 1;
    }
}
