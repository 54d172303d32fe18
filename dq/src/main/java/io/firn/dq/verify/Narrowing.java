package io.firn.dq.verify;

import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the rows that make two digests differ: buckets of keys first, then keys, then columns. */
final class Narrowing {
    /** Numbers in their order, and hashes in theirs. */
    private static final Comparator<String> IN_ORDER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private final Side lake;
    private final Side postgres;
    private final int most;
    private final Map<String, Differing> found = new LinkedHashMap<>();
    private @Nullable Buckets buckets;
    private boolean more;

    /** @param most how many differing rows to look for */
    Narrowing(Side lake, Side postgres, int most) {
        this.lake = lake;
        this.postgres = postgres;
        this.most = most;
    }

    /**
     * A key whose rows differ.
     *
     * @param bucket where it is
     * @param hash of PostgreSQL's row; null when it has none
     */
    record Differing(
            String bucket,
            RowDifference.Kind kind,
            @Nullable String hash) {}

    /** Returns the differing keys by their canonical text, in the order of the buckets. */
    Map<String, Differing> found() {
        return found;
    }

    /** Returns whether there are more. */
    boolean more() {
        return more;
    }

    Narrowing run() {
        Buckets division = Buckets.choose(lake, postgres);
        buckets = division;
        for (String bucket : differing(lake.digests(division), postgres.digests(division))) {
            if (found.size() >= most) {
                more = true;
                return this;
            }
            bucket(division, bucket);
        }
        return this;
    }

    private static List<String> differing(Map<String, Digest> lake, Map<String, Digest> postgres) {
        Set<String> buckets = new TreeSet<>(IN_ORDER);
        buckets.addAll(lake.keySet());
        buckets.addAll(postgres.keySet());
        return buckets.stream()
                .filter(bucket -> !Objects.equals(lake.get(bucket), postgres.get(bucket)))
                .toList();
    }

    private void bucket(Buckets division, String bucket) {
        Map<String, Differing> differing = differing(
                bucket,
                lake.hashes(division.condition(lake, bucket)),
                postgres.hashes(division.condition(postgres, bucket)));
        differing.forEach((key, difference) -> {
            if (found.size() < most) {
                found.put(key, difference);
            } else {
                more = true;
            }
        });
    }

    private static Map<String, Differing> differing(String bucket, List<Side.Hashed> lake, List<Side.Hashed> postgres) {
        Map<String, Differing> differing = new TreeMap<>();
        Set<String> doubled = new HashSet<>();
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Side.Hashed row : lake) {
            if (hashes.put(row.key(), row.hash()) != null) {
                doubled.add(row.key());
            }
        }
        for (Side.Hashed row : postgres) {
            String hash = hashes.remove(row.key());
            if (doubled.remove(row.key())) {
                differing.put(row.key(), new Differing(bucket, RowDifference.Kind.DOUBLED_IN_LAKE, row.hash()));
            } else if (hash == null) {
                differing.put(row.key(), new Differing(bucket, RowDifference.Kind.MISSING_IN_LAKE, row.hash()));
            } else if (!hash.equals(row.hash())) {
                differing.put(row.key(), new Differing(bucket, RowDifference.Kind.DIFFERENT, row.hash()));
            }
        }
        hashes.keySet().forEach(key -> {
            RowDifference.Kind kind =
                    doubled.contains(key) ? RowDifference.Kind.DOUBLED_IN_LAKE : RowDifference.Kind.MISSING_IN_SOURCE;
            differing.put(key, new Differing(bucket, kind, null));
        });
        return differing;
    }

    /** Returns the rows of the first keys as people read them. */
    List<RowDifference> describe(int mostRows) {
        Map<String, List<String>> byBucket = new LinkedHashMap<>();
        found.entrySet().stream()
                .limit(mostRows)
                .forEach(entry -> byBucket.computeIfAbsent(entry.getValue().bucket(), any -> new ArrayList<>())
                        .add(entry.getKey()));
        List<RowDifference> rows = new ArrayList<>();
        byBucket.forEach((bucket, keys) -> rows.addAll(describe(bucket, keys)));
        return rows;
    }

    private List<RowDifference> describe(String bucket, List<String> keys) {
        Buckets division = Objects.requireNonNull(buckets);
        Map<String, Side.Shown> lakeRows = lake.shown(division.condition(lake, bucket), keys);
        Map<String, Side.Shown> postgresRows = postgres.shown(division.condition(postgres, bucket), keys);
        return keys.stream()
                .map(key -> difference(
                        Objects.requireNonNull(found.get(key)).kind(), lakeRows.get(key), postgresRows.get(key)))
                .toList();
    }

    private RowDifference difference(
            RowDifference.Kind kind, Side.@Nullable Shown inLake, Side.@Nullable Shown inPostgres) {
        Side.Shown known = inPostgres == null ? Objects.requireNonNull(inLake) : inPostgres;
        Map<String, String> key = new LinkedHashMap<>();
        for (DigestColumn column : lake.key()) {
            key.put(column.name(), String.valueOf(known.texts().get(column.name())));
        }
        List<RowDifference.Column> columns = kind == RowDifference.Kind.DIFFERENT
                ? columns(Objects.requireNonNull(inLake), Objects.requireNonNull(inPostgres))
                : List.of();
        return new RowDifference(key, kind, columns);
    }

    private static List<RowDifference.Column> columns(Side.Shown inLake, Side.Shown inPostgres) {
        return inLake.canonical().keySet().stream()
                .filter(name -> !Objects.equals(
                        inLake.canonical().get(name), inPostgres.canonical().get(name)))
                .map(name -> new RowDifference.Column(
                        name, inLake.texts().get(name), inPostgres.texts().get(name)))
                .toList();
    }
}
