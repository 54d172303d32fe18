package io.firn.catalog;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A point in the source up to which a commit contains everything, and what a restart needs to know about it. Travels
 * inside the Iceberg commit, in the snapshot summary and in the table's properties.
 *
 * @param number counts the cuts of a source from 1; 0 is before the first one
 * @param lsn the highest log sequence number in the cut; 0 when the source has none
 * @param committedAt the latest source commit time in the cut
 * @param from where the cut begins in the source
 * @param upTo where the next cut begins in the source
 * @param tables the tables that have changes in this cut; each commits it
 * @param closes the tags this cut gives to every table, such as {@code day-2026-11-20}; empty for most cuts
 */
public record Cut(
        long number,
        long lsn,
        Instant committedAt,
        SourcePosition from,
        SourcePosition upTo,
        List<String> tables,
        List<String> closes) {
    /** The property that carries {@link #number()}. */
    public static final String NUMBER = "firn.cut";

    private static final String LSN = "firn.cut.lsn";
    private static final String COMMITTED_AT = "firn.cut.committed-at";
    private static final String FROM = "firn.cut.from";
    private static final String UP_TO = "firn.cut.up-to";
    private static final String TABLES = "firn.cut.tables";
    private static final String CLOSES = "firn.cut.closes";

    /** Before the first cut. */
    public static final Cut NONE =
            new Cut(0, 0, Instant.EPOCH, SourcePosition.EMPTY, SourcePosition.EMPTY, List.of(), List.of());

    public Cut {
        if (number < 0) {
            throw new IllegalArgumentException("a cut's number must not be negative but was " + number);
        }
        tables = List.copyOf(tables);
        closes = List.copyOf(closes);
    }

    /** @return the same without tags, for a table that cannot show the days it closes */
    public Cut closingNothing() {
        return new Cut(number, lsn, committedAt, from, upTo, tables, List.of());
    }

    /** @return the same cut for a commit that changes nothing about days */
    public Cut withoutCloses() {
        return new Cut(number, lsn, committedAt, from, upTo, tables, List.of());
    }

    /**
     * @return the properties that {@link #of(Map)} reads back; {@link #closes()} is written as an empty string when
     *     absent
     */
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(NUMBER, Long.toString(number));
        properties.put(LSN, Long.toString(lsn));
        properties.put(COMMITTED_AT, committedAt.toString());
        properties.put(FROM, from.json());
        properties.put(UP_TO, upTo.json());
        properties.put(TABLES, String.join(",", tables));
        properties.put(CLOSES, String.join(",", closes));
        return properties;
    }

    /** @return the cut in a snapshot summary or in table properties; empty when there is none */
    public static Optional<Cut> of(Map<String, String> properties) {
        String number = properties.get(NUMBER);
        if (number == null) {
            return Optional.empty();
        }
        String tables = properties.getOrDefault(TABLES, "");
        String closes = properties.getOrDefault(CLOSES, "");
        return Optional.of(new Cut(
                Long.parseLong(number),
                Long.parseLong(properties.getOrDefault(LSN, "0")),
                Instant.parse(properties.getOrDefault(COMMITTED_AT, Instant.EPOCH.toString())),
                SourcePosition.parse(properties.getOrDefault(FROM, "{}")),
                SourcePosition.parse(properties.getOrDefault(UP_TO, "{}")),
                tables.isEmpty() ? List.of() : List.of(tables.split(",", -1)),
                closes.isEmpty() ? List.of() : List.of(closes.split(",", -1))));
    }
}
