package io.firn.compactor.layout;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** How many files hold rows of each place in the sort order. */
public final class Depth {
    private final int[] starts;
    private final int[] depths;

    private Depth(int[] starts, int[] depths) {
        this.starts = starts;
        this.depths = depths;
    }

    /** Returns how deep spans lie on each other. */
    public static Depth of(Collection<KeySpan> spans) {
        TreeMap<Integer, Integer> steps = new TreeMap<>();
        for (KeySpan span : spans) {
            steps.merge(span.from(), 1, Integer::sum);
            steps.merge(span.to(), -1, Integer::sum);
        }
        int[] starts = new int[steps.size()];
        int[] depths = new int[steps.size()];
        int depth = 0;
        int i = 0;
        for (var step : steps.entrySet()) {
            depth += step.getValue();
            starts[i] = step.getKey();
            depths[i++] = depth;
        }
        return new Depth(starts, depths);
    }

    /** Returns the depth at the deepest place; 0 without files. */
    public int max() {
        int max = 0;
        for (int depth : depths) {
            max = Math.max(max, depth);
        }
        return max;
    }

    /** Returns the depth at the deepest place inside {@code range}. */
    public int max(KeySpan range) {
        int max = 0;
        for (int i = 0; i < starts.length; i++) {
            int end = i + 1 < starts.length ? starts[i + 1] : Integer.MAX_VALUE;
            if (starts[i] < range.to() && end > range.from()) {
                max = Math.max(max, depths[i]);
            }
        }
        return max;
    }

    /** Returns the ranges where the depth exceeds {@code allowed}, in order and apart from each other. */
    public List<KeySpan> deeperThan(int allowed) {
        List<KeySpan> ranges = new ArrayList<>();
        int from = -1;
        for (int i = 0; i < starts.length; i++) {
            boolean deep = depths[i] > allowed;
            if (deep && from < 0) {
                from = starts[i];
            } else if (!deep && from >= 0) {
                ranges.add(new KeySpan(from, starts[i]));
                from = -1;
            }
        }
        return ranges;
    }
}
