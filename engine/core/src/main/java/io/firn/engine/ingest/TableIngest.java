package io.firn.engine.ingest;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.SourceTable;
import io.firn.catalog.TableDefinition;
import io.firn.catalog.config.SourceConfig;
import io.firn.catalog.config.TableConfig;
import io.firn.engine.buffer.ChangeBuffer;
import io.firn.engine.buffer.CutRows;
import io.firn.engine.decode.ChangeRow;
import io.firn.engine.decode.EnvelopeDecoder;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.decode.TableCodec;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.index.KeyIndex;
import io.firn.engine.source.ChangeSource.Partition;
import io.firn.engine.source.SourceRecord;
import io.firn.engine.write.TableWriter;
import io.firn.engine.write.UnchangedValues;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;
import org.duckdb.DuckDBConnection;

/** One table on its way from the topic to the lake: its decoder, its buffer and its writer. */
final class TableIngest implements AutoCloseable {
    private final String name;
    private final TableConfig config;
    private final String topic;
    private final DuckDBConnection bufferConnection;
    private final DuckDBConnection workConnection;
    private final KeyIndex index;
    private final TableWriter writer;
    private final UnchangedValues unchanged;
    private final EnvelopeDecoder decoder;
    private final ChangeBuffer buffer;
    private final Map<Integer, Watermark> watermarks = new HashMap<>();

    /** The last change seen in a partition, by (commit before its transaction, place in it). */
    private record Watermark(long precedingCommitLsn, long order) {
        boolean covers(long commit, long place) {
            return commit < precedingCommitLsn || commit == precedingCommitLsn && place <= order;
        }
    }

    TableIngest(String name, TableConfig config, IngestSetup setup) {
        this.name = name;
        this.config = config;
        SourceConfig source = setup.config().source();
        this.topic = source.topicPrefix() + "." + config.source();
        Table current = open(setup, name, false);
        Table changes = open(setup, TableDefinition.changeLogOf(name), true);
        this.bufferConnection = setup.database().connect();
        this.workConnection = setup.database().connect();
        TableCodec codec = new TableCodec(
                current.schema(),
                config.key(),
                new SourceEncoding(source.decimalHandling(), SourceEncoding.UNAVAILABLE));
        this.decoder = new EnvelopeDecoder(codec, identity(current));
        this.buffer = new ChangeBuffer(bufferConnection, name, codec);
        List<NestedField> columns = current.schema().columns();
        List<NestedField> key =
                config.key().stream().map(current.schema()::findField).toList();
        this.index = new KeyIndex(setup.keyStores().apply(name), current, key, workConnection, setup.stage());
        int[] keySlots = key.stream().mapToInt(columns::indexOf).toArray();
        this.unchanged = new UnchangedValues(current, keySlots, index, setup.stage());
        this.writer = new TableWriter(
                name,
                topic,
                current,
                changes,
                keySlots,
                index,
                setup.config().workbench().tempDirectory(),
                setup.clock());
    }

    private Table open(IngestSetup setup, String table, boolean isLog) {
        Optional<Table> present = setup.lake().find(table);
        if (present.isPresent()) {
            return present.get();
        }
        TableDefinition definition = TableDefinition.of(name, config, declaration(setup));
        return isLog ? setup.lake().changeLog(definition) : setup.lake().currentTable(definition);
    }

    private static SourceTable.Identity identity(Table table) {
        String full = SourceTable.Identity.FULL.text();
        return full.equals(table.properties().getOrDefault(SourceTable.Identity.PROPERTY, full))
                ? SourceTable.Identity.FULL
                : SourceTable.Identity.KEY;
    }

    private SourceTable declaration(IngestSetup setup) {
        return setup.tables()
                .find(config.source())
                .orElseThrow(() -> new FirnException(
                        ErrorCode.SOURCE_MISCONFIGURED,
                        "tables.%s.source names %s, which the source does not have".formatted(name, config.source())));
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

    TableWriter writer() {
        return writer;
    }

    ChangeBuffer buffer() {
        return buffer;
    }

    /**
     * Takes the changes before {@code next} out of the buffer, with the values that the source left out. The current
     * table must hold the cut before.
     *
     * @param reject is told the changes whose values cannot be found
     */
    CutRows take(Map<Partition, Long> next, BiConsumer<SourceRecord, String> reject) {
        CutRows taken = buffer.take(topic, next, workConnection);
        return unchanged.fill(
                taken,
                (partition, offset, missing, row) -> reject.accept(
                        new SourceRecord(topic, partition, offset, null, row.getBytes(StandardCharsets.UTF_8)),
                        "the source left out " + missing + ", which no earlier row has"));
    }

    DuckDBConnection workConnection() {
        return workConnection;
    }

    /** @throws UndecodableException when the value is not a change of this table */
    ChangeRow decode(byte[] value) throws UndecodableException {
        return decoder.decode(value);
    }

    /**
     * Notes a change and says whether it was there before. Within a partition changes come in commit order, so one that
     * is not after the last is a redelivery; a snapshot's rows have no order of their own.
     */
    boolean isRedelivery(ChangeRow change, int partition) {
        if (change.isRead()) {
            return false;
        }
        long place = change.transactionOrder() >= 0 ? change.transactionOrder() : change.lsn();
        Watermark last = watermarks.get(partition);
        if (last != null && last.covers(change.precedingCommitLsn(), place)) {
            return true;
        }
        watermarks.put(partition, new Watermark(change.precedingCommitLsn(), place));
        return false;
    }

    @Override
    public void close() {
        buffer.close();
        index.close();
        try {
            bufferConnection.close();
            workConnection.close();
        } catch (java.sql.SQLException e) {
            throw FirnException.internal("the connections of " + name + " could not be closed", e);
        }
    }
}
