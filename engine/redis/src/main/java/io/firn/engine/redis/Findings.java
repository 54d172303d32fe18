package io.firn.engine.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares rows one by one and counts what is found. */
final class Findings {
    private static final int DIFFERENCES_KEPT = 20;

    private final long cut;
    private final List<String> fields;
    private final List<Difference> differences = new ArrayList<>();
    private long compared;
    private long movedOn;
    private long different;

    /** @param cut of the lake's rows */
    Findings(long cut, List<String> fields) {
        this.cut = cut;
        this.fields = fields;
    }

    /**
     * A row of the lake.
     *
     * @param values in the order of the fields, null where the lake has null
     */
    record Expected(String key, List<@Nullable String> values) {}

    /** @param actual what Redis has, not empty; the version under the name that it usually has */
    void compare(Expected row, Map<String, String> actual) {
        String version = actual.get(RowPlace.VERSION_FIELD);
        if (version == null) {
            compared++;
            differ(row.key(), RowPlace.VERSION_FIELD, null, null);
        } else if (!isLater(RedisSession.bytes(version))) {
            compareValues(row, actual);
        }
    }

    private void compareValues(Expected row, Map<String, String> actual) {
        compared++;
        for (int i = 0; i < fields.size(); i++) {
            String inRedis = actual.get(fields.get(i));
            if (!Objects.equals(row.values().get(i), inRedis)) {
                differ(row.key(), fields.get(i), row.values().get(i), inRedis);
                return;
            }
        }
    }

    /** @param tombstone of a row that Redis does not have; null when it has none */
    void missing(Expected row, byte @Nullable [] tombstone) {
        if (tombstone == null || !isLater(tombstone)) {
            compared++;
            differ(row.key(), "", "a row", null);
        }
    }

    /** @param version of a row that only Redis has; null when it is no row of a projector */
    void surplus(String key, byte @Nullable [] version) {
        if (version != null && !isLater(version)) {
            compared++;
            differ(key, "", null, "a row");
        }
    }

    /** Adds what was found differing elsewhere. */
    void add(Findings other) {
        different += other.different;
        other.differences.stream().limit(DIFFERENCES_KEPT - differences.size()).forEach(differences::add);
    }

    /** A member that only one side has, or has with this score. */
    void member(String set, String member, @Nullable String lake, @Nullable String redis) {
        differ(set, member, lake, redis);
    }

    private boolean isLater(byte[] version) {
        boolean later = version.length == Version.WIDTH && Version.cut(version) > cut;
        movedOn += later ? 1 : 0;
        return later;
    }

    private void differ(String key, String field, @Nullable String lake, @Nullable String redis) {
        different++;
        if (differences.size() < DIFFERENCES_KEPT) {
            differences.add(new Difference(key, field, lake, redis));
        }
    }

    Verification verification(String table, long snapshotId) {
        return new Verification(table, cut, snapshotId, compared, movedOn, different, differences);
    }
}
