package io.firn.catalog.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody who mistyped a name probably meant. */
public final class Suggestion {

    private Suggestion() {}

    /** {@code "; did you mean x?"}, or nothing when no candidate is near. */
    public static String phrase(String typed, Collection<String> candidates) {
        return nearest(typed, candidates)
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    /** The candidate with the fewest edits from {@code typed}, if they are few for its length. */
    public static Optional<String> nearest(String typed, Collection<String> candidates) {
        String wanted = plain(typed);
        return candidates.stream()
                .filter(name ->
                        distance(wanted, plain(name)) <= Math.max(1, Math.min(wanted.length(), name.length()) / 3))
                .min(Comparator.<String>comparingInt(name -> distance(wanted, plain(name)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    /** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
