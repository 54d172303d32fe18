package io.firn.engine.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A run of cuts that is applied before the position moves, and the files that have them.
 *
 * @param after the cut before the first one
 * @param upTo the last one
 */
record LogRange(long after, long upTo, List<LogFile> files) {
    LogRange {
        files = List.copyOf(files);
    }

    /**
     * Divides what comes after a cut. A cut is never divided, however many rows it has, nor are the cuts that share a
     * file.
     *
     * @param files those that may have rows after {@code after}
     * @param headCut the latest cut of the log
     * @param rows about how many rows a range should have
     * @return ranges without gaps, in order; empty when {@code after} is the head already
     */
    static List<LogRange> divide(List<LogFile> files, long after, long headCut, long rows) {
        List<LogFile> sorted = new ArrayList<>(files);
        sorted.sort(Comparator.comparingLong(LogFile::lastCut));
        List<LogRange> ranges = new ArrayList<>();
        long start = after;
        long counted = 0;
        for (int i = 0; i < sorted.size(); i++) {
            long end = sorted.get(i).lastCut();
            counted += sorted.get(i).rows();
            boolean cutGoesOn = i + 1 < sorted.size() && sorted.get(i + 1).lastCut() == end;
            if (counted >= rows && !cutGoesOn && end > start && end < headCut) {
                ranges.add(of(sorted, start, end));
                start = end;
                counted = 0;
            }
        }
        if (start < headCut) {
            ranges.add(of(sorted, start, headCut));
        }
        return ranges;
    }

    private static LogRange of(List<LogFile> files, long after, long upTo) {
        return new LogRange(
                after,
                upTo,
                files.stream()
                        .filter(file -> file.lastCut() > after && file.firstCut() <= upTo)
                        .toList());
    }
}
