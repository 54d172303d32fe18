package io.firn.dq.expect;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the numbers of a column are spread.
 *
 * @param day when that was so
 * @param edges limits of the bins, ascending: a bin holds what is less than its edge and not less than the one before
 * @param shares of all rows: one for each bin, one for what is not less than the last edge, and one for nulls
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Profile(String day, List<Double> edges, List<Double> shares) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Stands for no rows at all, whose logarithm is none. */
    private static final double LEAST_SHARE = 1e-4;

    Profile {
        edges = List.copyOf(edges);
        shares = List.copyOf(shares);
        if (shares.size() != edges.size() + 2) {
            throw new IllegalArgumentException(
                    "there must be %d shares but are %d".formatted(edges.size() + 2, shares.size()));
        }
    }

    /**
     * The population stability index: the sum over bins of (now − before) · ln(now / before), as credit scoring uses it
     * (Siddiqi, Credit Risk Scorecards, 2005).
     *
     * @param now in the same bins
     */
    double stabilityIndex(Profile now) {
        double sum = 0;
        for (int bin = 0; bin < shares.size(); bin++) {
            double was = Math.max(LEAST_SHARE, shares.get(bin));
            double is = Math.max(LEAST_SHARE, now.shares.get(bin));
            sum += (is - was) * Math.log(is / was);
        }
        return sum;
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static @Nullable Profile parse(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, Profile.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
