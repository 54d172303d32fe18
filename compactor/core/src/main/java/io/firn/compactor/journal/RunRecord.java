package io.firn.compactor.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one run did to a table, as it is kept.
 *
 * @param reasons why groups were rewritten, each reason once
 * @param filesBefore data files that left the table
 * @param filesAfter data files that came in their place
 * @param lookUpBytesSaved by the files' bounds: what a look-up by the sort key no longer has to consider, in the group
 *     where it saves most
 * @param carriedDeletes rows that others deleted meanwhile
 * @param retries commits that had to be tried again
 * @param danglingDeletes delete files that left the table because nothing was left for them to delete
 * @param manifestsJoined manifests that were written together
 * @param problems what was not done and why, in words
 */
public record RunRecord(
        Instant started,
        Duration took,
        List<String> reasons,
        int filesBefore,
        int filesAfter,
        long bytesBefore,
        long bytesAfter,
        long lookUpBytesSaved,
        long carriedDeletes,
        int retries,
        int danglingDeletes,
        int manifestsJoined,
        List<String> problems) {
    public RunRecord {
        reasons = List.copyOf(reasons);
        problems = List.copyOf(problems);
    }
}
