package io.firn.compactor.plan;

import io.firn.compactor.layout.Depth;
import io.firn.compactor.layout.KeySpan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the files whose ranges of the sort key overlap so much that one sorted run in their place is worth its bytes.
 *
 * <p>Where more runs than allowed lie on top of each other, the lightest are merged until the rest is within the limit.
 * Then, and wherever else two runs overlap, a run is taken in when it costs at most a fixed multiple of what meets it
 * there, as in tiered log-structured merging: small newcomers never cause a large run in good order to be rewritten,
 * but equals always merge.
 */
final class Overlaps {
    private final PlanRules rules;
    private List<Piece> pieces;

    private Overlaps(List<Piece> pieces, PlanRules rules) {
        this.rules = rules;
        this.pieces = pieces;
    }

    /** Returns the same files; those that are to become one run share a piece. */
    static List<Piece> dissolve(List<Piece> files, PlanRules rules) {
        Overlaps overlaps = new Overlaps(files, rules);
        while (overlaps.mergeTooDeep() || overlaps.mergeEquals()) {}
        return overlaps.pieces;
    }

    private static Depth depth(Collection<Piece> pieces) {
        return Depth.of(pieces.stream().map(Piece::span).toList());
    }

    private boolean mergeTooDeep() {
        List<Set<Piece>> merges = new ArrayList<>();
        for (KeySpan region : depth(pieces).deeperThan(rules.maxDepth())) {
            List<Piece> inside = pieces.stream()
                    .filter(piece -> piece.span().overlaps(region))
                    .toList();
            List<SortedRun> runs = new ArrayList<>(SortedRun.of(inside));
            runs.sort(Comparator.comparingLong(SortedRun::weight));
            merges.add(grow(lightest(runs, region), runs));
        }
        return replace(merges);
    }

    /** The fewest of the runs, from the lightest, without which the region has room for one more. */
    private List<Piece> lightest(List<SortedRun> runs, KeySpan region) {
        int low = 2;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) / 2;
            boolean enough = depth(pieces(runs.subList(middle, runs.size()))).max(region) < rules.maxDepth();
            low = enough ? low : middle + 1;
            high = enough ? middle : high;
        }
        return pieces(runs.subList(0, low));
    }

    private static List<Piece> pieces(List<SortedRun> runs) {
        return runs.stream().flatMap(run -> run.pieces().stream()).toList();
    }

    private boolean mergeEquals() {
        List<Piece> lightFirst = new ArrayList<>();
        for (KeySpan region : depth(pieces).deeperThan(1)) {
            pieces.stream().filter(piece -> piece.span().overlaps(region)).forEach(lightFirst::add);
        }
        lightFirst.sort(Comparator.comparingLong(Piece::weight));
        List<SortedRun> runs = SortedRun.of(pieces);
        Set<Piece> taken = new HashSet<>();
        List<Set<Piece>> merges = new ArrayList<>();
        for (Piece start : lightFirst) {
            if (!taken.contains(start)) {
                Set<Piece> merge = grow(List.of(start), runs);
                if (merge.size() > 1) {
                    taken.addAll(merge);
                    merges.add(merge);
                }
            }
        }
        return replace(merges);
    }

    /** Takes in, run by run, what overlaps and is worth it, until nothing is. */
    private Set<Piece> grow(Collection<Piece> start, List<SortedRun> runs) {
        Merge merge = new Merge(start);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (SortedRun run : runs) {
                List<Piece> met = run.crossing(merge.hull);
                met.removeIf(merge.pieces::contains);
                if (!met.isEmpty() && worthIt(met, merge)) {
                    met.forEach(merge::add);
                    grown = true;
                }
            }
        }
        return merge.pieces;
    }

    private boolean worthIt(List<Piece> met, Merge merge) {
        long cost = met.stream().mapToLong(Piece::cost).sum();
        boolean paysForThem = cost <= rules.amplification() * merge.weight;
        return paysForThem && (merge.decided() || merge.cost <= rules.amplification() * merge.weightInside(met));
    }

    private static final class Merge {
        private final Set<Piece> pieces = new LinkedHashSet<>();
        private KeySpan hull;
        private long weight;
        private long cost;

        Merge(Collection<Piece> start) {
            hull = start.iterator().next().span();
            start.forEach(this::add);
        }

        void add(Piece piece) {
            pieces.add(piece);
            hull = hull.hull(piece.span());
            weight += piece.weight();
            cost += piece.cost();
        }

        /** Whether its pieces will be rewritten anyway. */
        boolean decided() {
            return pieces.size() > 1;
        }

        /** An estimate of the rows of {@code others} that lie within its hull. */
        double weightInside(List<Piece> others) {
            return others.stream()
                    .mapToDouble(other -> other.weightInside(hull))
                    .sum();
        }
    }

    /** Puts one piece in the place of each merge; merges that share a piece become one. */
    private boolean replace(List<Set<Piece>> merges) {
        List<Set<Piece>> apart = new ArrayList<>();
        for (Set<Piece> merge : merges) {
            Set<Piece> joined = new LinkedHashSet<>(merge);
            apart.removeIf(other -> {
                boolean shares = other.stream().anyMatch(joined::contains);
                if (shares) {
                    joined.addAll(other);
                }
                return shares;
            });
            apart.add(joined);
        }
        Set<Piece> gone = new HashSet<>();
        apart.forEach(gone::addAll);
        List<Piece> after = new ArrayList<>(pieces);
        after.removeIf(gone::contains);
        apart.forEach(merge -> after.add(Piece.of(merge)));
        pieces = after;
        return !merges.isEmpty();
    }
}
