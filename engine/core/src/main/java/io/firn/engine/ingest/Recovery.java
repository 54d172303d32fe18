package io.firn.engine.ingest;

import io.firn.catalog.CommitReceipt;
import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourcePosition;
import io.firn.catalog.TableDefinition;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.cut.CutPlanner;
import io.firn.engine.cut.DayClose;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.source.ChangeSource;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import io.firn.engine.write.TableWriter;
import io.firn.workbench.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the tables into the state after the last cut that any change log holds. A cut that reached only some of its logs
 * is read again from the source, to exactly where it ended; a log that is ahead of its table is folded into it.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final List<TableIngest> tables;
    private final ChangeSource source;
    private final Quarantine quarantine;
    private final Router router;
    private final CutCommitter committer;
    private final Workbench workbench;

    Recovery(
            IngestSetup setup,
            List<TableIngest> tables,
            Quarantine quarantine,
            Router router,
            CutCommitter committer,
            Workbench workbench) {
        this.tables = tables;
        this.source = setup.source();
        this.quarantine = quarantine;
        this.router = router;
        this.committer = committer;
        this.workbench = workbench;
    }

    /** @return the last cut, now in every log and every table that has a part in it */
    Cut recover() {
        Cut last = tables.stream()
                .map(table -> table.writer().logged())
                .max(Comparator.comparingLong(Cut::number))
                .orElse(Cut.NONE);
        Cut rejected = rejected();
        if (rejected.number() > last.number()) {
            last = rejected;
        }
        requireOneHistory(last);
        tables.forEach(this::applyLog);
        List<TableIngest> missing = missing(last);
        if (!missing.isEmpty()) {
            Optional<SourcePosition> over = source.startingOver(last.from(), last.upTo());
            if (over.isPresent()) {
                last = abandon(last, over.get());
            } else {
                complete(last, missing);
            }
            tables.forEach(this::applyLog);
        }
        return last;
    }

    /**
     * A writer's position has every topic that it has ever read, so a table whose topic is not in the position of the
     * last cut was written by another writer: what came for it after its own last cut would be passed over.
     */
    private void requireOneHistory(Cut last) {
        if (last.upTo().tokens().isEmpty()) {
            return;
        }
        for (TableIngest table : tables) {
            Cut own = table.writer().logged();
            boolean isStrange = own.upTo().tokens().keySet().stream()
                    .anyMatch(token -> token.startsWith(table.topic() + "/")
                            && !last.upTo().tokens().containsKey(token));
            if (isStrange) {
                throw new FirnException(
                        ErrorCode.CONFIG_INVALID,
                        "table %s was written up to its cut %d by a writer with other tables, and cannot be taken over by this one, which is at cut %d: leave it in that writer's configuration, or drop the table and %s and load it with firn seed"
                                .formatted(
                                        table.name(),
                                        own.number(),
                                        last.number(),
                                        TableDefinition.changeLogOf(table.name())));
            }
        }
    }

    private Cut rejected() {
        return quarantine.logged(tables.stream().map(TableIngest::name).toList());
    }

    private List<TableIngest> missing(Cut last) {
        return tables.stream()
                .filter(table -> last.tables().contains(table.name()))
                .filter(table -> table.writer().logged().number() < last.number())
                .toList();
    }

    /**
     * Follows a cut that cannot be completed with an empty one, after which its tables are read anew. Only logs have
     * seen the first, and the truncate that comes next undoes it.
     */
    private Cut abandon(Cut cut, SourcePosition over) {
        LOG.warn("cut {} is not in every change log and cannot be read again: its tables are read anew", cut.number());
        Cut empty = new Cut(cut.number() + 1, 0, Instant.EPOCH, over, over, cut.tables(), List.of());
        Map<TableIngest, CutRows> rows = new LinkedHashMap<>();
        for (TableIngest table : tables) {
            if (cut.tables().contains(table.name())) {
                rows.put(table, table.buffer().take(table.topic(), Map.of(), table.workConnection()));
            }
        }
        committer.log(empty, rows);
        rows.values().forEach(CutRows::close);
        return empty;
    }

    private void complete(Cut cut, List<TableIngest> missing) {
        LOG.info("cut {} is not in the change log of {} yet and is read again", cut.number(), names(missing));
        Map<String, CutPlanner> planners = missing.stream()
                .collect(Collectors.toMap(
                        TableIngest::topic, table -> planner(table.writer().logged())));
        CutPlanner others = planner(cut);
        source.start(cut.from());
        SourcePosition position = cut.from();
        while (!source.hasReached(position, cut.upTo())) {
            for (SourceRecord record : source.poll(POLL)) {
                CutPlanner planner = planners.get(record.topic());
                if (planner != null && source.isCovered(record, cut.upTo())) {
                    router.route(record, planner);
                } else {
                    others.passed(new Partition(record.topic(), record.partition()), record.offset());
                }
            }
            position = cut.from().plus(source.positionAt(others.next()));
            for (CutPlanner planner : planners.values()) {
                position = position.plus(source.positionAt(planner.next()));
            }
        }
        Map<TableIngest, CutRows> rows = new LinkedHashMap<>();
        for (TableIngest table : missing) {
            Map<Partition, Long> everything =
                    new HashMap<>(planners.getOrDefault(table.topic(), others).next());
            rows.put(table, table.take(everything, router.verdicts(table)));
        }
        if (rejected().number() < cut.number()) {
            quarantine.commit(cut);
        } else {
            quarantine.commitAgain(cut);
        }
        List<CommitReceipt> receipts = committer.log(cut, rows);
        rows.values().forEach(CutRows::close);
        source.acknowledge(cut.upTo(), receipts);
        router.reset(0);
    }

    /**
     * What is left of a cut is seen as it was the first time: a table knows as redelivered what came before the last
     * cut in its own log, since it had no change in the cuts after that.
     */
    private static CutPlanner planner(Cut after) {
        return new CutPlanner(table -> true, DayClose.atMarkers(), after.lsn(), null);
    }

    private static String names(List<TableIngest> tables) {
        return tables.stream().map(TableIngest::name).collect(Collectors.joining(", "));
    }

    /** A writer that came before may still apply what it has logged; what is left after that is applied here. */
    private void applyLog(TableIngest table) {
        TableWriter writer = table.writer();
        while (true) {
            Cut before = writer.applied();
            try {
                applyPending(table, writer);
                return;
            } catch (FirnException e) {
                writer.lookAgain();
                boolean isFenced = e.code() == ErrorCode.FENCED;
                boolean isHelped = writer.applied().number() > before.number()
                        && writer.applied().number() <= writer.logged().number();
                if (!isFenced || !isHelped) {
                    throw e;
                }
            }
        }
    }

    private void applyPending(TableIngest table, TableWriter writer) {
        for (Cut cut : pending(writer)) {
            long after = writer.applied().number();
            LOG.info("{} is at cut {}; cut {} is applied from the change log", table.name(), after, cut.number());
            LogReader log = new LogReader(
                    writer.changes(), writer.current().schema().columns(), table.workConnection(), workbench);
            try (CutRows rows = log.read(table.name(), after, cut.number())) {
                writer.apply(rows, table.share(cut));
            }
        }
    }

    /**
     * Every cut that closes a day is applied by itself, for its tag; those between are applied together with the next.
     * Snapshots without a cut are those of others, and claims.
     */
    private static List<Cut> pending(TableWriter writer) {
        List<Cut> pending = new ArrayList<>();
        Table log = writer.changes();
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(log)) {
            Optional<Cut> cut = Cut.of(snapshot.summary());
            if (cut.isEmpty()) {
                continue;
            }
            if (cut.get().number() <= writer.applied().number()) {
                break;
            }
            if (pending.isEmpty() || !cut.get().closes().isEmpty()) {
                pending.add(0, cut.get());
            }
        }
        return pending;
    }
}
