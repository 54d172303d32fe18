package io.firn.catalog.config;

/**
 * What a rewrite costs.
 *
 * @param storageDollarsPerGbMonth a GB (2^30 bytes) stored for a month
 * @param computeDollarsPerCoreHour one core for an hour
 */
public record Prices(double storageDollarsPerGbMonth, double computeDollarsPerCoreHour) {
    public Prices {
        if (!(storageDollarsPerGbMonth >= 0 && computeDollarsPerCoreHour >= 0)) {
            throw new IllegalArgumentException("prices must not be negative but were %s and %s"
                    .formatted(storageDollarsPerGbMonth, computeDollarsPerCoreHour));
        }
    }
}
