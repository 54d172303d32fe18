package io.firn.snapshot.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one day held.
 *
 * @param version of this format
 * @param sequence counts the entries from 1
 * @param day as {@code 2026-11-20}
 * @param zone whose midnight ended it; of no meaning when markers end days
 * @param cut the number of the cut that closed it
 * @param lsn the highest log sequence number in that cut
 * @param position where the next cut begins in the source
 * @param tables in order of their names
 * @param previous the hash of the entry before; 64 zeros for the first
 */
record LedgerEntry(
        int version,
        long sequence,
        String day,
        String zone,
        long cut,
        long lsn,
        Map<String, String> position,
        List<TableDay> tables,
        String previous) {
    /** The hash before the first entry. */
    static final String NOTHING = "0".repeat(64);

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A table on that day.
     *
     * @param snapshot that the day's tag names
     * @param rows how many it holds
     * @param digest the portable digest of its rows
     * @param metadata the location of the pinned metadata file
     * @param metadataHash its SHA-256
     * @param manifestList the snapshot's
     * @param manifestListHash its SHA-256
     * @param manifestsRoot the Merkle root of the manifests' hashes
     * @param files how many data and delete files the snapshot has
     * @param filesRoot the Merkle root of their hashes
     * @param changes what the day added to the change log
     * @param certified whether its critical expectations and those of its group held; null when nobody looked, and in
     *     entries from before anybody could
     */
    record TableDay(
            String table,
            String uuid,
            long snapshot,
            long rows,
            String digest,
            String metadata,
            String metadataHash,
            String manifestList,
            String manifestListHash,
            String manifestsRoot,
            int files,
            String filesRoot,
            Changes changes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean certified) {}

    /**
     * Changes of a day, by cuts.
     *
     * @param afterCut the last cut of the entry before
     * @param upToCut the cut that closed the day
     * @param schema the id of the change log's schema that the digest is over
     * @param digest the portable digest of all columns
     * @param late how many of them the source committed on an earlier day, by its clock
     */
    record Changes(long afterCut, long upToCut, int schema, String digest, long late) {}

    LedgerEntry {
        position = Collections.unmodifiableMap(new TreeMap<>(position));
        tables = List.copyOf(tables);
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static LedgerEntry parse(String json) {
        try {
            return JSON.readValue(json, LedgerEntry.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an entry of a ledger: " + e.getOriginalMessage(), e);
        }
    }
}
