package io.firn.bench.ingest;

import java.util.SplittableRandom;

/**
 * Ranks from a Zipf distribution, after Gray et al., "Quickly Generating Billion-Record Synthetic Databases" (SIGMOD
 * 1994), figure 5.
 */
final class Zipf {

    private final int ranks;
    private final double skew;
    private final double alpha;
    private final double zeta;
    private final double eta;

    Zipf(int ranks, double skew) {
        this.ranks = ranks;
        this.skew = skew;
        this.alpha = 1 / (1 - skew);
        this.zeta = zeta(ranks, skew);
        this.eta = (1 - Math.pow(2.0 / ranks, 1 - skew)) / (1 - zeta(2, skew) / zeta);
    }

    /** A rank from 0, the most frequent, to the number of ranks exclusive. */
    int next(SplittableRandom random) {
        double u = random.nextDouble();
        double uz = u * zeta;
        if (uz < 1) {
            return 0;
        }
        if (uz < 1 + Math.pow(0.5, skew)) {
            return Math.min(1, ranks - 1);
        }
        return Math.min((int) (ranks * Math.pow(eta * u - eta + 1, alpha)), ranks - 1);
    }

    private static double zeta(int n, double skew) {
        double sum = 0;
        for (int i = 1; i <= n; i++) {
            sum += Math.pow(i, -skew);
        }
        return sum;
    }
}
