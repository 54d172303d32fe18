package io.firn.compactor.plan;

import io.firn.compactor.layout.LiveFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds neighbours that are too small or have too many deleted rows, and can be joined without a file of the table
 * lying between them.
 */
final class SmallRuns {
    private final PlanRules rules;
    private final List<List<LiveFile>> groups = new ArrayList<>();

    private SmallRuns(PlanRules rules) {
        this.rules = rules;
    }

    /** Returns groups among {@code files}, whose order does not matter. */
    static List<List<LiveFile>> unordered(List<LiveFile> files, PlanRules rules) {
        SmallRuns runs = new SmallRuns(rules);
        runs.chunks(files.stream().filter(runs::worthIt).toList());
        return runs.groups;
    }

    /** Returns all of the files in groups of limited size. */
    static List<List<LiveFile>> inChunks(List<LiveFile> files, PlanRules rules) {
        List<List<LiveFile>> chunks = new ArrayList<>();
        long bytes = Long.MAX_VALUE / 2;
        for (LiveFile file : files) {
            if (bytes + file.bytes() > rules.maxMergeBytes()) {
                chunks.add(new ArrayList<>());
                bytes = 0;
            }
            chunks.get(chunks.size() - 1).add(file);
            bytes += file.bytes();
        }
        return chunks;
    }

    /** Returns groups among the pieces of one file; pieces of several files are left as they are. */
    static List<List<LiveFile>> ordered(List<Piece> pieces, PlanRules rules) {
        SmallRuns runs = new SmallRuns(rules);
        List<Piece> candidates = new ArrayList<>(pieces.stream()
                .filter(piece -> !piece.isGroup() && runs.worthIt(only(piece)))
                .toList());
        candidates.sort(Comparator.comparingInt(piece -> piece.span().from()));
        runs.neighbours(candidates, new Ends(pieces, candidates));
        return runs.groups;
    }

    private static LiveFile only(Piece piece) {
        return piece.files().get(0);
    }

    private boolean worthIt(LiveFile file) {
        return rules.small(file.bytes()) || tooManyDeletes(file);
    }

    private boolean tooManyDeletes(LiveFile file) {
        return file.deletedShare() >= rules.deletedShare();
    }

    /** Where the files begin and end that are not to be joined. */
    private static final class Ends {
        private final TreeSet<Integer> places = new TreeSet<>();

        Ends(List<Piece> pieces, Collection<Piece> candidates) {
            Set<Piece> own = new HashSet<>(candidates);
            for (Piece piece : pieces) {
                if (!own.contains(piece)) {
                    places.add(piece.span().from());
                    places.add(piece.span().to());
                }
            }
        }

        boolean between(int from, int to) {
            return from < to && !places.subSet(from, true, to, true).isEmpty();
        }
    }

    private void neighbours(List<Piece> candidates, Ends others) {
        List<LiveFile> run = new ArrayList<>();
        int end = 0;
        for (Piece piece : candidates) {
            if (!run.isEmpty() && others.between(end, piece.span().from())) {
                chunks(run);
                run = new ArrayList<>();
            }
            end = run.isEmpty() ? piece.span().to() : Math.max(end, piece.span().to());
            run.add(only(piece));
        }
        chunks(run);
    }

    private void chunks(List<LiveFile> run) {
        List<LiveFile> chunk = new ArrayList<>();
        long bytes = 0;
        for (LiveFile file : run) {
            if (!chunk.isEmpty() && bytes + file.bytes() > rules.maxMergeBytes()) {
                withoutTheHeavy(chunk);
                chunk = new ArrayList<>();
                bytes = 0;
            }
            chunk.add(file);
            bytes += file.bytes();
        }
        withoutTheHeavy(chunk);
    }

    /** A file much larger than all others together is not written again for their sake. */
    private void withoutTheHeavy(List<LiveFile> run) {
        if (run.isEmpty()) {
            return;
        }
        LiveFile heaviest =
                run.stream().max(Comparator.comparingLong(LiveFile::liveRows)).orElseThrow();
        long others = run.stream().mapToLong(LiveFile::liveRows).sum() - heaviest.liveRows();
        if (tooManyDeletes(heaviest) || (run.size() > 1 && heaviest.rewriteCost() <= rules.amplification() * others)) {
            addIfItHelps(run);
            return;
        }
        int at = run.indexOf(heaviest);
        withoutTheHeavy(run.subList(0, at));
        withoutTheHeavy(run.subList(at + 1, run.size()));
    }

    private void addIfItHelps(List<LiveFile> run) {
        long bytes = run.stream().mapToLong(LiveFile::bytes).sum();
        if (rules.filesFor(bytes) < run.size() || run.stream().anyMatch(this::tooManyDeletes)) {
            groups.add(List.copyOf(run));
        }
    }
}
