package io.firn.bench.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.firn.catalog.SourceTable.Identity;
import io.firn.catalog.config.ConfigLoader;
import io.firn.engine.decode.ChangeBatch;
import io.firn.engine.decode.RecordFormats;
import io.firn.engine.decode.SourceEncoding;
import io.firn.engine.decode.TableDecoder;
import io.firn.engine.decode.UndecodableException;
import io.firn.engine.source.RowSchema;
import io.firn.engine.source.SourceRecord;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From bytes to columns, with neither a broker nor DuckDB: the workload's events are decoded into batches that are
 * thrown away, and parsed by Jackson alone for comparison, again and again in turns. Prints a line of JSON for each
 * round, the first of which warm Java up. Arguments: the number of events (200000) and of rounds (10).
 */
public final class DecodeBench {
    private static final int BATCH_ROWS = 16_384;
    private static final JsonFactory JSON = new JsonFactory();

    private final List<SourceRecord> records = new ArrayList<>();
    private final TableDecoder decoder;
    private final ChangeBatch batch;

    private DecodeBench(int events) throws IOException {
        String topic = Messages.defaults().changeTopic();
        MessageSink sink = new MessageSink() {
            @Override
            public void send(String to, byte[] key, byte @Nullable [] value) {
                if (to.equals(topic) && value != null) {
                    records.add(new SourceRecord(topic, 0, records.size(), key, value));
                }
            }

            @Override
            public void close() {}
        };
        int snapshot = events / 3;
        Workload.play(
                new Shape(42, snapshot, events - snapshot, 0.99),
                new MessageWriter(sink, Messages.defaults(), snapshot));
        Path folder = Files.createTempDirectory("firn-decode");
        try (BenchLake lake = new BenchLake(folder, "nowhere:1", 3, "interval: 1m")) {
            var source =
                    ConfigLoader.load(folder.resolve("firn.yaml"), Map.of()).source();
            this.decoder = new TableDecoder(
                    RecordFormats.of(source).format(),
                    SourceEncoding.of(source),
                    Identity.FULL,
                    lake.schema(),
                    List.of("product_id"),
                    Map.of(),
                    new Unchanging());
        }
        this.batch = ChangeBatch.of(decoder.codec()).orElseThrow();
    }

    /** The workload's table stays as it is. */
    private static final class Unchanging implements TableDecoder.RowSchemas {
        @Override
        public void changed(RowSchema rows) {}

        @Override
        public boolean has(String column) {
            return true;
        }
    }

    /** See the class for the arguments. */
    public static void main(String[] args) throws IOException, UndecodableException {
        int events = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        DecodeBench bench = new DecodeBench(events);
        for (int round = 1; round <= rounds; round++) {
            double before = seconds();
            bench.decode();
            double between = seconds();
            bench.parse();
            double after = seconds();
            int count = bench.records.size();
            System.out.println(String.format(
                    Locale.ROOT,
                    "{\"bench\":\"decode\",\"round\":%d,\"events\":%d,\"decodedPerCpuSecond\":%.0f,\"jacksonAlonePerCpuSecond\":%.0f}",
                    round,
                    count,
                    count / (between - before),
                    count / (after - between)));
        }
    }

    private static double seconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    private void decode() throws UndecodableException {
        for (SourceRecord record : records) {
            batch.add(decoder.decode(record), record.partition(), record.offset());
            if (batch.rows() == BATCH_ROWS) {
                batch.clear();
            }
        }
    }

    private void parse() throws IOException {
        for (SourceRecord record : records) {
            try (JsonParser json = JSON.createParser(record.value())) {
                while (json.nextToken() != null) {
                    // only the tokens count
                }
            }
        }
    }
}
