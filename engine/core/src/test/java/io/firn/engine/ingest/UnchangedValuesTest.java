package io.firn.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.catalog.Lake;
import io.firn.engine.index.MemoryKeyStore;
import io.firn.engine.quarantine.Quarantine;
import io.firn.engine.source.MemorySource;
import io.firn.workbench.DuckDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table whose replica identity is its key: updates come without the row before, and leave unchanged TOASTed values
 * out.
 */
class UnchangedValuesTest {
    private static final String UNCHANGED = "__debezium_unavailable_value";

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private SmallLake small;
    private long lsn = 1000;

    @BeforeEach
    void makeLake() throws IOException {
        small = new SmallLake(folder, 3);
    }

    private void send(String op, @Nullable Long before, @Nullable Long after, @Nullable String name, long order) {
        String value =
                "{\"before\":%s,\"after\":%s,\"source\":{\"txId\":null,\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"%d\\\"]\",\"ts_us\":1795000000000000},\"transaction\":null,\"op\":\"%s\"}"
                        .formatted(row(before, null), row(after, name), lsn + order, lsn, lsn + order, op);
        source.append("t.public.item", 0, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String row(@Nullable Long id, @Nullable String name) {
        return id == null
                ? "null"
                : "{\"id\":%d,\"name\":%s,\"amount\":null}".formatted(id, name == null ? "null" : "\"" + name + "\"");
    }

    private void ingest() {
        try (Lake lake = small.open();
                DuckDatabase database = DuckDatabase.open(small.config.workbench());
                Ingest ingest = new Ingest(
                        small.setup(lake, database, source, name -> new MemoryKeyStore(), IngestListener.NONE))) {
            ingest.runUntilCaughtUp();
        }
        lsn += 1000;
    }

    private TreeMap<Long, String> names() throws IOException {
        TreeMap<Long, String> names = new TreeMap<>();
        try (Lake lake = small.open();
                CloseableIterable<Record> records =
                        IcebergGenerics.read(lake.table("item")).build()) {
            records.forEach(record -> names.put((Long) record.getField("id"), (String) record.getField("name")));
        }
        return names;
    }

    @Test
    void anUnchangedValueComesFromTheRowInTheTable() throws IOException {
        send("c", null, 1L, "long text", 1);
        send("c", null, 2L, "other", 2);
        ingest();
        send("u", null, 1L, UNCHANGED, 1);
        send("u", null, 1L, UNCHANGED, 2);
        send("u", null, 2L, "changed", 3);
        ingest();
        assertThat(names()).isEqualTo(new TreeMap<>(Map.of(1L, "long text", 2L, "changed")));
    }

    @Test
    void anUnchangedValueComesFromTheChangeBeforeItInTheSameCut() throws IOException {
        send("c", null, 1L, "first", 1);
        send("u", null, 1L, "second", 2);
        send("u", null, 1L, UNCHANGED, 3);
        ingest();
        assertThat(names()).containsExactlyEntriesOf(new TreeMap<>(Map.of(1L, "second")));
    }

    @Test
    void aRowThatMovesToAnotherKeyTakesItsUnchangedValueAlong() throws IOException {
        send("c", null, 1L, "carried", 1);
        ingest();
        moved(1, 7, 1);
        moved(7, 9, 3);
        ingest();
        assertThat(names()).containsExactlyEntriesOf(new TreeMap<>(Map.of(9L, "carried")));
    }

    private void moved(long from, long to, int order) {
        for (String op : List.of("d", "c")) {
            boolean gone = op.equals("d");
            String value =
                    "{\"before\":%s,\"after\":%s,\"source\":{\"txId\":5,\"lsn\":%d,\"sequence\":\"[\\\"%d\\\",\\\"1\\\"]\",\"ts_us\":1795000000000000},\"transaction\":{\"id\":\"5:1\",\"total_order\":%d,\"data_collection_order\":1},\"op\":\"%s\"}"
                            .formatted(
                                    gone ? row(from, null) : "null",
                                    gone ? "null" : row(to, UNCHANGED),
                                    lsn + order,
                                    lsn,
                                    order + (gone ? 0 : 1),
                                    op);
            source.append("t.public.item", 0, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8));
        }
        if (order == 3) {
            String end =
                    "{\"status\":\"END\",\"id\":\"5:%d\",\"data_collections\":[{\"data_collection\":\"public.item\",\"event_count\":4}],\"ts_ms\":1795000000000}"
                            .formatted(lsn + 100);
            source.append("t.transaction", 0, new byte[] {1}, end.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aValueThatNobodyHasPutsTheChangeIntoQuarantine() throws IOException {
        send("c", null, 1L, "known", 1);
        send("u", null, 5L, UNCHANGED, 2);
        ingest();
        assertThat(names()).containsExactlyEntriesOf(new TreeMap<>(Map.of(1L, "known")));
        try (Lake lake = small.open();
                CloseableIterable<Record> records =
                        IcebergGenerics.read(lake.table(Quarantine.TABLE)).build()) {
            assertThat(records)
                    .extracting(record -> record.getField("reason"))
                    .containsExactly("the source left out name, which no earlier row has");
        }
    }
}
