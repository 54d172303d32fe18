package io.firn.engine.simulation;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * What happens to a process.
 *
 * @param atSteps by the number of the step, from 1
 * @param atCommits by the number of the commit, from 1, just before it
 */
record Plan(NavigableMap<Integer, Strike> atSteps, NavigableMap<Integer, Strike> atCommits) {
    static final Plan NOTHING = new Plan(new TreeMap<>(), new TreeMap<>());
    private static final int COMMITS = 12;

    static Plan atStep(int step, Strike strike) {
        return new Plan(new TreeMap<>(Map.of(step, strike)), new TreeMap<>());
    }

    static Plan atCommit(int commit, Strike strike) {
        return new Plan(new TreeMap<>(), new TreeMap<>(Map.of(commit, strike)));
    }

    /** Early steps and commits are struck as often as late ones are, for there are more late ones. */
    static Plan random(Random random) {
        Plan plan = new Plan(new TreeMap<>(), new TreeMap<>());
        Strike[] strikes = Strike.values();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Strike strike = strikes[random.nextInt(strikes.length)];
            if (random.nextInt(3) == 0) {
                plan.atCommits().put(1 + random.nextInt(COMMITS), strike);
            } else {
                plan.atSteps().put(1 + random.nextInt(20 << random.nextInt(6)), strike);
            }
        }
        return plan;
    }
}
