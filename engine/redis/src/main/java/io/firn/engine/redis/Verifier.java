package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.text;

import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.redis.Findings.Expected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** Compares rows in Redis with the latest snapshot of the table that Redis has everything of. */
final class Verifier {
    private static final int MAX_MISSING = 1000;

    private final ProjectionContext context;
    private final LakeTable table;
    private final Position position;
    private final RowShape shape;
    private final List<Expected> missing = new ArrayList<>();

    /** @param position has a cut */
    Verifier(ProjectionContext context, LakeTable table, Position position) {
        this.context = context;
        this.table = table;
        this.position = position;
        this.shape = context.keys().shape(table.current());
    }

    Verification run(Coverage coverage) {
        Snapshot snapshot = snapshot();
        long cut = CutProperties.appliedAt(table.current(), snapshot).number();
        Findings findings = new Findings(cut, shape.fields());
        List<List<FileScanTask>> portions = LakeRows.portions(table.current(), snapshot);
        for (List<FileScanTask> files : portions) {
            try (LakeRows.Relation relation = context.rows().open(table.current(), snapshot, files)) {
                compareRows(relation, findings, coverage);
            }
        }
        if (coverage instanceof Coverage.All) {
            new Surplus(context, table.current(), position.generation()).find(snapshot, portions, findings);
            compareSets(snapshot, portions, findings);
        }
        return findings.verification(
                context.keys().table(), snapshot == null ? LogScan.NO_SNAPSHOT : snapshot.snapshotId());
    }

    /** Of sets one cannot see what is newer: they are compared only where Redis is at the snapshot, and stays there. */
    private void compareSets(@Nullable Snapshot snapshot, List<List<FileScanTask>> portions, Findings findings) {
        Long cut = CutProperties.appliedAt(table.current(), snapshot).number();
        if (!context.keys().links().isEmpty() && cut.equals(position.cut())) {
            Findings found = new Findings(cut, shape.fields());
            new SetVerifier(context, table.current()).compare(snapshot, portions, found);
            if (cut.equals(context.store().read().cut())) {
                findings.add(found);
            }
        }
    }

    private @Nullable Snapshot snapshot() {
        Table current = table.current();
        long reached = Objects.requireNonNull(position.cut());
        if (table.cut() <= reached) {
            return table.snapshot();
        }
        for (Snapshot ancestor : SnapshotUtil.currentAncestors(current)) {
            if (CutProperties.appliedAt(current, ancestor).number() <= reached) {
                return ancestor;
            }
        }
        throw new FirnException(
                ErrorCode.SNAPSHOT_NOT_FOUND,
                "table %s has no snapshot left that holds cut %d, which is where Redis is; catch up first"
                        .formatted(context.keys().table(), reached));
    }

    private void compareRows(LakeRows.Relation relation, Findings findings, Coverage coverage) {
        Pipes<Expected> pipes = new Pipes<>(context.servers(), (row, answer) -> {
            Map<String, String> found = actual(answer);
            if (found.isEmpty()) {
                missing.add(row);
            } else {
                findings.compare(row, found);
            }
        });
        String from = relation.sql() + " " + condition(coverage);
        String read = place().isHash() ? "HGETALL" : "GET";
        try (RowQuery rows = new RowQuery(relation.connection(), shape.packed(from, position.generation()), doing())) {
            while (rows.next()) {
                Expected row = expected(new PackedRow(rows.text(1)));
                pipes.send(read, RedisSession.bytes(row.key()), row);
                if (missing.size() >= MAX_MISSING) {
                    pipes.drain();
                    lookForTombstones(findings);
                }
            }
        }
        pipes.drain();
        lookForTombstones(findings);
    }

    private RowPlace place() {
        return context.keys().place();
    }

    /**
     * The fields of a row as Redis has it, the version under its usual name, and the whole text of a string under ''.
     */
    private Map<String, String> actual(@Nullable Object answer) {
        Map<String, String> found = new HashMap<>();
        if (answer instanceof byte[] string) {
            int start = place().version().length;
            int end = Math.min(string.length, start + Version.WIDTH);
            found.put(RowPlace.VERSION_FIELD, text(string, Math.min(start, end), end));
            found.put("", text(string, end, string.length));
        } else if (answer instanceof List<?> hash) {
            String versionField = text(place().version(), 0, place().version().length);
            for (int i = 0; i < hash.size(); i += 2) {
                String field = String.valueOf(RedisSession.text(hash.get(i)));
                String value = String.valueOf(RedisSession.text(hash.get(i + 1)));
                if (field.equals(versionField)) {
                    found.put(RowPlace.VERSION_FIELD, value);
                } else if (!field.equals(RowPlace.VERSION_FIELD)) {
                    found.put(field, value);
                }
            }
            boolean onlyOfOthers = !place().removed().isEmpty() && !found.containsKey(RowPlace.VERSION_FIELD);
            if (onlyOfOthers) {
                found.clear();
            }
        }
        return found;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private Expected expected(PackedRow row) {
        String key = Objects.requireNonNull(RedisSession.text(row.next()));
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < shape.fields().size(); i++) {
            values.add(RedisSession.text(row.next()));
        }
        return new Expected(key, values);
    }

    private String condition(Coverage coverage) {
        Snapshot snapshot = table.snapshot();
        String total = snapshot == null ? null : snapshot.summary().get("total-records");
        if (!(coverage instanceof Coverage.Sample sample) || total == null) {
            return "";
        }
        return "WHERE hash(%s, %d) %% greatest(1, %s) < %d"
                .formatted(shape.key(position.generation()), sample.seed(), total, sample.rows());
    }

    private void lookForTombstones(Findings findings) {
        Pipes<Expected> pipes = new Pipes<>(context.servers(), (row, answer) -> findings.missing(row, (byte[]) answer));
        for (Expected row : missing) {
            pipes.send("GET", place().tombstone(RedisSession.bytes(row.key())), row);
        }
        pipes.drain();
        missing.clear();
    }

    private String doing() {
        return "verifying table " + context.keys().table();
    }
}
