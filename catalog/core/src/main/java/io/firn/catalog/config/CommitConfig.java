package io.firn.catalog.config;

import java.time.Duration;

/**
 * When a cut closes: whichever of the three comes first.
 *
 * @param interval time since the cut's first change
 * @param rows changes in the cut
 * @param bytes size of the cut's events
 */
public record CommitConfig(Duration interval, long rows, long bytes) {}
