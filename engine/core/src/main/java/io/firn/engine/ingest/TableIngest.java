package io.firn.engine.ingest;

import io.firn.catalog.Cut;
import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.ProtectedColumns;
import io.firn.catalog.config.TableConfig;
import io.firn.dq.rule.RowRules;
import io.firn.dq.rule.RuleCheck;
import io.firn.dq.rule.RuleResult;
import io.firn.engine.buffer.ChangeBuffer;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.IncompatibleSchemaException;
import io.firn.engine.decode.RecordFormat;
import io.firn.engine.decode.RecordFormats;
import io.firn.engine.decode.RecordOrigin;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.decode.TableDecoder;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.gate.RuleGate;
import io.firn.engine.gate.Verdicts;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.index.KeyStore;
import io.firn.engine.protect.Protection;
import io.firn.engine.seed.CsvGuard;
import io.firn.engine.seed.SeedSource.RowSink;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import io.firn.engine.write.TableWriter;
import io.firn.engine.write.UnchangedValues;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One table on its way from the topic to the lake: its decoder, its buffer and its writer. */
final class TableIngest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableIngest.class);

    /** What all tables together may hold back from DuckDB. */
    private static final long ALL_BATCHES_BYTES = 64L << 20;

    private static final long MIN_BATCH_BYTES = 64L << 10;

    private final String name;
    private final TableConfig config;
    private final String topic;
    private final IngestSetup setup;
    private final TableInLake lake;
    private final Protection protection;
    private final Runnable awaitCommit;
    private final Opened opened = new Opened();
    private final DuckDBConnection workConnection;
    private final KeyIndex index;
    private final TableEvolution evolution;
    private final TableDecoder decoder;
    private final RowRules rules;
    private final RuleGate gate;
    private final ChangeBuffer buffer;
    private final IncompleteRecords incomplete;
    private final StopMark stop;
    private final Redeliveries<Integer> redeliveries = new Redeliveries<>();
    private final @Nullable String openQuestion;
    private List<NestedField> columns;
    private int[] keySlots;
    private final TableWriter writer;
    private UnchangedValues unchanged;
    private List<RuleGate.Count> ruled = List.of();

    /** @param awaitCommit waits until no cut is being committed, which must be before anything of the table changes */
    TableIngest(String name, TableConfig config, IngestSetup setup, RecordFormats formats, Runnable awaitCommit) {
        this.awaitCommit = awaitCommit;
        this.name = name;
        this.config = config;
        this.setup = setup;
        this.topic = setup.config().source().topicPrefix() + "." + config.source();
        this.lake = new TableInLake(name, config, setup);
        this.protection = lake.protection();
        try {
            SourceEncoding encoding = SourceEncoding.of(setup.config().source());
            this.evolution = new TableEvolution(
                    name, config, lake.current(), lake.changes(), lake.declarations(), encoding, setup.clock());
            this.openQuestion = evolution.prepare().orElse(null);
            DuckDBConnection bufferConnection = opened.add(setup.database().connect());
            this.workConnection = opened.add(setup.database().connect());
            this.columns = lake.columns();
            this.decoder = new TableDecoder(
                    formats.format(),
                    encoding,
                    lake.identity(),
                    lake.current().schema(),
                    lake.keyNames(),
                    config.rename(),
                    new RowSchemas());
            lake.requireTexts();
            ProtectedColumns.note(lake.current(), protection.columns());
            long batchBytes = batchBytes(setup.config().tables().size());
            this.rules = RowRules.of(config.gate());
            requireUsableRules();
            this.gate = new RuleGate(name, rules, columns, batchBytes);
            this.buffer = opened.add(new ChangeBuffer(bufferConnection, name, decoder.codec(), batchBytes, gate));
            this.incomplete = opened.add(new IncompleteRecords(bufferConnection, name, topic));
            this.stop = new StopMark(name, lake.changes());
            KeyStore keys = opened.add(setup.keyStores().apply(name));
            this.index = new KeyIndex(keys, lake.current(), lake.key(), workConnection, setup.stage());
            this.keySlots = lake.keySlots();
            this.unchanged = unchangedValues();
            this.writer = new TableWriter(
                    name,
                    topic,
                    lake.current(),
                    lake.changes(),
                    keySlots,
                    index,
                    setup.config().workbench().tempDirectory(),
                    setup.clock());
        } catch (RuntimeException | Error e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private void requireUsableRules() {
        List<String> problems = new RuleCheck(workConnection, name, columns).problems(rules);
        if (!problems.isEmpty()) {
            throw FirnException.ofAll(ErrorCode.CONFIG_INVALID, problems);
        }
    }

    private UnchangedValues unchangedValues() {
        return new UnchangedValues(lake.current(), keySlots, index, setup.stage());
    }

    private final class RowSchemas implements TableDecoder.RowSchemas {
        @Override
        public void changed(RowSchema rows) throws IncompatibleSchemaException {
            awaitCommit.run();
            if (evolution.follow(rows, decoder.names())) {
                takeOver();
            }
        }

        @Override
        public boolean has(String column) {
            return evolution.has(column);
        }

        @Override
        public RowSchema described(RowSchema rows) {
            return protection.described(rows);
        }
    }

    /** Goes on with the columns that the lake's table has now. No cut may be under way. */
    private void takeOver() throws IncompatibleSchemaException {
        columns = lake.columns();
        List<String> problems = new RuleCheck(workConnection, name, columns).problems(rules);
        if (!problems.isEmpty()) {
            throw new IncompatibleSchemaException(String.join("; ", problems));
        }
        keySlots = lake.keySlots();
        decoder.use(lake.current().schema(), lake.keyNames());
        buffer.use(decoder.codec());
        gate.use(columns);
        unchanged = unchangedValues();
        writer.useColumns(keySlots);
    }

    private static long batchBytes(int tables) {
        return Math.max(MIN_BATCH_BYTES, ALL_BATCHES_BYTES / tables);
    }

    String name() {
        return name;
    }

    String topic() {
        return topic;
    }

    String sourceName() {
        return config.source();
    }

    long quarantineThreshold() {
        return config.quarantineThreshold();
    }

    /** @return the part of a commit's changes that may go to quarantine; null for any */
    @Nullable
    Double quarantineRate() {
        return config.gate().quarantineRate();
    }

    /** @return the columns in slot order */
    List<NestedField> columns() {
        return columns;
    }

    /** @return the slots of the key columns */
    int[] keySlots() {
        return keySlots.clone();
    }

    TableWriter writer() {
        return writer;
    }

    ChangeBuffer buffer() {
        return buffer;
    }

    IncompleteRecords incomplete() {
        return incomplete;
    }

    /** @return whether its changes go to quarantine, all of them, until they are replayed */
    boolean isStopped() {
        return stop.isSet();
    }

    /** @return why it is stopped */
    String stopReason() {
        return stop.reason();
    }

    void stop(String reason) {
        awaitCommit.run();
        stop.set(reason);
    }

    void resume() {
        awaitCommit.run();
        stop.clear();
    }

    /** @return the cut as it is for this table: a day is not over for a table whose changes wait in quarantine */
    Cut share(Cut cut) {
        return stop.isSet() && !cut.closes().isEmpty() ? cut.closingNothing() : cut;
    }

    /**
     * Puts a change into the buffer.
     *
     * @param verdicts is told if it must not be written, now or by the time that the cut is taken
     */
    void add(ChangeRow change, SourceRecord record, Verdicts verdicts) {
        gate.await(record, change, verdicts);
        buffer.add(change, record.partition(), record.offset());
    }

    /**
     * Takes the changes before {@code next} out of the buffer, with the values that the source left out. The current
     * table must hold the cut before.
     *
     * @param verdicts is told the changes whose values cannot be found, or with them break a rule
     */
    CutRows take(Map<Partition, Long> next, Verdicts verdicts) {
        CutRows taken = filled(buffer.take(topic, next, workConnection), verdicts);
        incomplete.forget(next);
        ruled = gate.counts();
        return taken;
    }

    /** Takes everything out of the buffer, as it is. */
    CutRows takeAll(Set<Integer> partitions) {
        Map<Partition, Long> everything = new HashMap<>();
        partitions.forEach(partition -> everything.put(new Partition(topic, partition), Long.MAX_VALUE));
        return buffer.take(topic, everything, workConnection);
    }

    /** Fills in the values that the source left out, and looks at these rows again. */
    CutRows filled(CutRows taken, Verdicts verdicts) {
        CutRows complete = unchanged.fill(
                taken,
                (partition, offset, missing, row) -> incomplete.find(
                        partition,
                        offset,
                        (record, lsn) -> verdicts.setAside(
                                record, lsn, "the source left out " + missing + ", which no earlier row has")));
        return incomplete.isEmpty()
                ? complete
                : gate.look(
                        complete,
                        incomplete.isKept(),
                        (partition, offset, rule, broken) -> incomplete.find(
                                partition, offset, (record, lsn) -> verdicts.broken(record, lsn, rule, broken)));
    }

    /** Leaves out rows that did not come through the buffer and break a rule. */
    CutRows passing(CutRows rows, RuleGate.Broken listener) {
        return gate.look(rows, "true", listener);
    }

    /** @return how each rule has fared among the changes that were taken last; told once */
    List<RuleResult> ruled(Cut cut) {
        List<RuleGate.Count> counts = ruled;
        ruled = List.of();
        return counts.stream().map(count -> count.in(name, cut)).toList();
    }

    /** Follows what others have committed to the table; no cut is under way. */
    void lookAhead() {
        if (!isStopped()) {
            writer.lookAhead();
        }
    }

    /** Reads files that somebody is about to commit, so that there is less to follow; may be called by any thread. */
    KeyIndex.ReadAhead readAhead(Collection<DataFile> added) {
        try (DuckDBConnection connection = setup.database().connect()) {
            return index.readAhead(added, connection);
        } catch (RuntimeException | SQLException e) {
            LOG.debug("{}: files could not be read before they are committed, and will be after", name, e);
            return () -> {};
        }
    }

    DuckDBConnection workConnection() {
        return workConnection;
    }

    /** @return a record of the source as everything after here may see it */
    SourceRecord protect(SourceRecord record) {
        return protection.isEmpty()
                ? record
                : protection.ofSource(decoder.format().asJson(record));
    }

    /** @return the same for one that was in quarantine */
    SourceRecord protectAgain(SourceRecord record) {
        return protection.isEmpty()
                ? record
                : protection.ofQuarantine(decoder.format().asJson(record));
    }

    /** @return takes rows of the source with these columns, and gives them on as everything after here may see them */
    RowSink protect(List<String> names, RowSink next) {
        return CsvGuard.of(protection, names, next);
    }

    /** @return how its records are encoded */
    RecordFormat format() {
        return decoder.format();
    }

    /**
     * @throws IncompatibleSchemaException when the source was altered into what the lake cannot follow
     * @throws UndecodableException when the record is not a change of this table
     */
    ChangeRow decode(SourceRecord record) throws UndecodableException {
        try {
            ChangeRow change = decoder.decode(record);
            if (openQuestion != null && decoder.readsUndescribedRows()) {
                throw new IncompatibleSchemaException(openQuestion);
            }
            return change;
        } catch (IncompatibleSchemaException e) {
            throw e;
        } catch (UndecodableException e) {
            awaitCommit.run();
            boolean followed = decoder.readsUndescribedRows() ? evolution.ask() : evolution.askOfDescribedRows();
            if (followed) {
                takeOver();
                return decoder.decode(record);
            }
            throw e;
        }
    }

    /** Notes a change and says whether it was there before; a snapshot's rows have no order of their own. */
    boolean isRedelivery(ChangeRow change, SourceRecord record) {
        if (change.isRead()) {
            return false;
        }
        return change.transactionOrder() >= 0
                ? redeliveries.isOne(change.precedingCommitLsn(), change.transactionOrder(), record.partition())
                : redeliveries.isOne(change.precedingCommitLsn(), change.lsn(), record.key(), record.partition());
    }

    /** The same for a change that was not decoded. */
    boolean isRedelivery(RecordOrigin origin, SourceRecord record) {
        return origin.transaction() >= 0
                ? redeliveries.isOne(origin.precedingCommitLsn(), origin.place(), record.partition())
                : redeliveries.isOne(origin.precedingCommitLsn(), origin.lsn(), record.key(), record.partition());
    }

    @Override
    public void close() {
        opened.close();
    }
}
