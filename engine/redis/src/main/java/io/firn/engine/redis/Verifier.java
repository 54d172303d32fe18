package io.firn.engine.redis;

import static io.firn.engine.redis.RedisSession.text;

import io.firn.catalog.CutProperties;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.engine.redis.Findings.Expected;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

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
        }
        return findings.verification(
                context.keys().table(), snapshot == null ? LogScan.NO_SNAPSHOT : snapshot.snapshotId());
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
        Pipe<Expected> pipe = new Pipe<>(context.session(), (row, answer) -> {
            List<?> hash = (List<?>) Objects.requireNonNull(answer);
            if (hash.isEmpty()) {
                missing.add(row);
            } else {
                findings.compare(row, hash);
            }
        });
        String select = "SELECT %s FROM %s %s"
                .formatted(shape.packed(position.generation()), relation.sql(), condition(coverage));
        try (RowQuery rows = new RowQuery(relation.connection(), select, doing())) {
            while (rows.next()) {
                Expected row = expected(new PackedRow(rows.text(1)));
                pipe.send(
                        new CommandArguments(Command.HGETALL).add(row.key()),
                        row.key().length(),
                        row);
                if (missing.size() >= MAX_MISSING) {
                    pipe.drain();
                    lookForTombstones(findings);
                }
            }
        }
        pipe.drain();
        lookForTombstones(findings);
    }

    private Expected expected(PackedRow row) {
        String key = Objects.requireNonNull(text(row.next()));
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < shape.fields().size(); i++) {
            values.add(text(row.next()));
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
        Pipe<Expected> pipe = new Pipe<>(context.session(), (row, answer) -> findings.missing(row, (byte[]) answer));
        for (Expected row : missing) {
            byte[] tombstone = KeyTemplate.tombstone(RedisSession.bytes(row.key()));
            pipe.send(new CommandArguments(Command.GET).add(tombstone), tombstone.length, row);
        }
        pipe.drain();
        missing.clear();
    }

    private String doing() {
        return "verifying table " + context.keys().table();
    }
}
