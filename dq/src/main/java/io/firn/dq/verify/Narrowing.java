package io.firn.dq.verify;

import io.firn.workbench.Digest;
import io.firn.workbench.DigestColumn;
import java.util.ArrayList;
import java.util.Comparator;
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
    private final List<RowDifference> found = new ArrayList<>();
    private boolean more;

    /** @param most how many differing rows to show */
    Narrowing(Side lake, Side postgres, int most) {
        this.lake = lake;
        this.postgres = postgres;
        this.most = most;
    }

    List<RowDifference> found() {
        return found;
    }

    boolean more() {
        return more;
    }

    Narrowing run() {
        Buckets buckets = Buckets.choose(lake, postgres);
        for (String bucket : differing(lake.digests(buckets), postgres.digests(buckets))) {
            if (found.size() >= most) {
                more = true;
                return this;
            }
            bucket(buckets, bucket);
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

    private void bucket(Buckets buckets, String bucket) {
        String inLake = buckets.condition(lake, bucket);
        String inPostgres = buckets.condition(postgres, bucket);
        Map<String, RowDifference.Kind> kinds = kinds(lake.hashes(inLake), postgres.hashes(inPostgres));
        List<String> keys = List.copyOf(kinds.keySet()).subList(0, Math.min(kinds.size(), most - found.size()));
        more |= keys.size() < kinds.size();
        if (!keys.isEmpty()) {
            Map<String, Side.Shown> lakeRows = lake.shown(inLake, keys);
            Map<String, Side.Shown> postgresRows = postgres.shown(inPostgres, keys);
            for (String key : keys) {
                RowDifference.Kind kind = Objects.requireNonNull(kinds.get(key));
                found.add(difference(kind, lakeRows.get(key), postgresRows.get(key)));
            }
        }
    }

    private static Map<String, RowDifference.Kind> kinds(List<Side.Hashed> lake, List<Side.Hashed> postgres) {
        Map<String, RowDifference.Kind> kinds = new TreeMap<>();
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Side.Hashed row : lake) {
            if (hashes.put(row.key(), row.hash()) != null) {
                kinds.put(row.key(), RowDifference.Kind.DOUBLED_IN_LAKE);
            }
        }
        for (Side.Hashed row : postgres) {
            String hash = hashes.remove(row.key());
            if (hash == null) {
                kinds.putIfAbsent(row.key(), RowDifference.Kind.MISSING_IN_LAKE);
            } else if (!hash.equals(row.hash())) {
                kinds.putIfAbsent(row.key(), RowDifference.Kind.DIFFERENT);
            }
        }
        hashes.keySet().forEach(key -> kinds.putIfAbsent(key, RowDifference.Kind.MISSING_IN_SOURCE));
        return kinds;
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
